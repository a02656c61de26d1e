-- title: A truncated client IP
-- about: An expression of a client's network: IPv4 without its last number, IPv6 to its first three groups (zeros at
-- about: the end left out), a host name without its first part.
CASE
    WHEN contains(client, ':')
        THEN regexp_replace(
            concat(array_to_string(string_split(split_part(client, '::', 1), ':')[1:3], ':'), '::'),
            '(?:^|:)0(?::0)*::$',
            '::'
        )
    WHEN {fragments/is_ipv4(client)} THEN regexp_replace(client, '[0-9]+$', '0')
    ELSE regexp_replace(client, '^[^.]+', '*')
END
