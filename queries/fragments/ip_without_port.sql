-- title: An IP without its port
-- about: An expression of the IP in a text that may have brackets or a port.
CASE
    WHEN starts_with(ip, '[') THEN regexp_extract(ip, '^\[([^\]]*)', 1)
    WHEN regexp_full_match(ip, '[0-9.]+:[0-9]+') THEN split_part(ip, ':', 1)
    ELSE ip
END
