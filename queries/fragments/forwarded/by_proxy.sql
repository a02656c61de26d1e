-- title: What is forwarded, with trusted proxies
-- about: An expression of the text in which a proxy names the client; NULL where the client is an IPv4 address that is
-- about: no trusted proxy. Other clients may be one: IPv6 addresses, and IPv4 addresses with a port.
-- reads: $proxies
CASE WHEN regexp_matches(client, $proxies) OR regexp_matches(client, '[^0-9.]') THEN forwarded END
