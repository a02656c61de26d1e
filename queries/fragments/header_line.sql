-- title: The reason of header lines
-- about: An expression: the reason of a line that begins with #. It is stored as a reject, so that hits and rejects
-- about: are all lines, but it is no fault: header lines of W3C logs name the fields of the lines below them.
'a header line'
