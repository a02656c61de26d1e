-- title: The reason of header lines
-- about: An expression of the reason of a line that begins with #. It is stored as a reject, so that every line is a
-- about: hit or a reject, but it is no fault: header lines of W3C logs name the fields of the lines below them.
'a header line'
