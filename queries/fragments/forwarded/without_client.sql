-- title: What is forwarded, without trusted proxies
-- about: An expression of the text in which a proxy names the client; NULL where the line has a client of its own.
CASE
    WHEN client IN ('-', 'unknown') OR starts_with(client, 'unix:') OR starts_with(client, '_') THEN forwarded
END
