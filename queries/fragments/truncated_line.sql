-- title: A line whose addresses are cut short
-- about: An expression of a refused line: of each IPv4 address the last number is gone, of each IPv6 address what is
-- about: behind the third group.
regexp_replace(
    regexp_replace(line, '\b([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})\.[0-9]{1,3}\b', '\1.0', 'g'),
    '(^|[ \["'',])([0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}):[0-9A-Fa-f:]*[0-9A-Fa-f]\b', '\1\2::', 'g'
)
