-- title: An address without its port
-- about: An expression of an address that may stand in brackets or have a port behind it.
CASE
    WHEN starts_with(ip, '[') THEN regexp_extract(ip, '^\[([^\]]*)', 1)
    WHEN regexp_full_match(ip, '[0-9.]+:[0-9]+') THEN split_part(ip, ':', 1)
    ELSE ip
END
