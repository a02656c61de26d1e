-- title: An address without its port
-- about: An expression of an address that may stand in brackets or have a port behind it.
CASE
    WHEN starts_with(address, '[') THEN regexp_extract(address, '^\[([^\]]*)', 1)
    WHEN regexp_full_match(address, '[0-9.]+:[0-9]+') THEN split_part(address, ':', 1)
    ELSE address
END
