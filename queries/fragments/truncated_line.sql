-- title: A line with truncated client IPs
-- about: An expression of a rejected line: each IPv4 address without its last number, each IPv6 address to its third
-- about: group, or hidden where it begins with zeros; a host name at the beginning, if no IP follows, without its first
-- about: part.
regexp_replace(
    replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(line, '\b([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})\.[0-9]{1,3}\b', '\1.0', 'g'),
                '(^|[^0-9A-Fa-f:])::[0-9A-Fa-f:.]*[0-9A-Fa-f]\b', '\1::', 'g'
            ),
            '(^|[ \["'',;=+])([0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}):[0-9A-Fa-f:.]*[0-9A-Fa-f]\b',
            '\1\2::', 'g'
        ),
        ':::', '::'
    ),
    '^[\w-]+\.((?:[\w-]+\.)*\pL{2,}\.?(?: [^0-9]|$))', '*.\1'
)
