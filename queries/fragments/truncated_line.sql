-- title: A line with truncated client IPs
-- about: An expression of a rejected line: each IPv4 address without its last number, each IPv6 address to its third
-- about: group, or hidden where it begins with zeros, also amid other text; a host name at the beginning, if no IP
-- about: follows, without its first part; no number at the beginning.
regexp_replace(
    regexp_replace(
        replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(
                                line, '([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})\.[0-9]{1,3}', '\1.0', 'g'
                            ),
                            '([0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){2}):(?:[0-9A-Fa-f]{1,4}:){2,4}[0-9A-Fa-f:.]+',
                            '\1::', 'g'
                        ),
                        '([0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,2})(?::[0-9A-Fa-f]{1,4})*::[0-9A-Fa-f:.]*',
                        '\1::', 'g'
                    ),
                    '(^|[^0-9A-Fa-f:])::[0-9A-Fa-f:.]*[0-9A-Fa-f]\b', '\1::', 'g'
                ),
                '(^|[ \["'',;=+])([0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}):[0-9A-Fa-f:.]*[0-9A-Fa-f]\b',
                '\1\2::', 'g'
            ),
            ':::', '::'
        ),
        '^[\w-]+\.((?:[\w-]+\.)*\pL{2,}\.?(?: [^0-9]|$))', '*.\1'
    ),
    '^(?:[0-9]{7,10}|0[xX][0-9A-Fa-f]+(?:\.0[xX][0-9A-Fa-f]+)*)(?: |$)', '(address) '
)
