-- title: The reason of header lines
-- about: A text: why a line that begins with # is no hit. It is kept as a reject, so that hits and rejects are all lines,
-- about: and it is no fault: the header lines of W3C logs are understood, and say what the lines below them hold.
'a header line'
