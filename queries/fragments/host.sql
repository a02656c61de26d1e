-- title: A host in its one spelling
-- about: An expression of a host name or IP as logs and URLs have it: in lower case, without spaces around it, port,
-- about: dots at its end and an IPv6 address's brackets and zone. A text that names no host, such as - and _, is ''.
-- about: logstats/config/hosts.py does the same for the hosts of logstats.toml.
-- args: text
CASE
    WHEN {text} = '' OR strlen({text}) > 259 THEN ''  -- 253 characters and a port
    ELSE coalesce(
        nullif(regexp_extract({text}, '^([a-z0-9]+(?:[.-][a-z0-9]+)*)(?::[0-9]+)?$', 1), ''),  -- a usual one
        regexp_extract(
            lower(trim({text})),
            '^\[?([0-9a-z¡-\x{10ffff}](?:[0-9a-z_.¡-\x{10ffff}-]*[0-9a-z_¡-\x{10ffff}-])?|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)'
                || '(?:%[0-9a-z_.-]+)?\]?\.*(?::[0-9]*)?$',
            1
        )
    )
END
