-- title: IPv6 clients
-- about: Each IPv6 client once. Networks of IPv6 can't be matched by a prefix of the text.
-- reads: store.hit
SELECT DISTINCT client
FROM store.hit
WHERE contains(client, ':')
