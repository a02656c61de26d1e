-- title: A line whose addresses are hidden
-- about: An expression of a refused line: no IPv4 or IPv6 address is left in it, nor its client, as far as it was understood,
-- about: nor a host's name at its beginning.
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
