-- title: A truncated client IP
-- about: An expression of a client's network: IPv4 without its last number, IPv6 to its first three groups (or fewer
-- about: where zeros are left out), a host name without its first part.
CASE
    WHEN regexp_full_match(client, '(?:::[Ff]{4}:)?[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+') THEN regexp_replace(client, '[0-9]+$', '0')
    WHEN contains(client, ':')
        THEN concat(array_to_string(string_split(split_part(client, '::', 1), ':')[1:3], ':'), '::')
    ELSE regexp_replace(client, '^[^.]+', '*')
END
