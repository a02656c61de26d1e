-- title: A line without client IPs
-- about: An expression of a rejected line in which every IPv4 and IPv6 address, the client, and a host name at the
-- about: beginning are masked.
regexp_replace(
    regexp_replace(
        regexp_replace(
            CASE WHEN strlen(client) > 3 THEN replace(line, client, '(address)') ELSE line END,
            '\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b', '(address)', 'g'
        ),
        '(?:[0-9A-Fa-f]{1,4}:){5,7}[0-9A-Fa-f:.]+|[0-9A-Fa-f:]*::[0-9A-Fa-f:.]*', '(address)', 'g'
    ),
    '^(?:[\w-]+\.)+[\pL]{2,}\.?(?: |$)', '(address) '
)
