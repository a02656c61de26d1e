-- title: A line without client IPs
-- about: An expression of a rejected line in which every IPv4 and IPv6 address, also amid other text, the client, and a
-- about: host name or a number at the beginning are masked.
regexp_replace(
    regexp_replace(
        regexp_replace(
            CASE WHEN strlen(client) > 3 THEN replace(line, client, '(address)') ELSE line END,
            '[0-9]{1,3}(?:\.[0-9]{1,3}){3}', '(address)', 'g'
        ),
        '(?:[0-9A-Fa-f]{1,4}:){5,7}[0-9A-Fa-f:.]+|[0-9A-Fa-f:]*::[0-9A-Fa-f:.]*', '(address)', 'g'
    ),
    '^(?:(?:[\w-]+\.)+[\pL]{2,}\.?|[0-9]{7,10}|0[xX][0-9A-Fa-f]+(?:\.0[xX][0-9A-Fa-f]+)*)(?: |$)', '(address) '
)
