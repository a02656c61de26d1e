-- title: Every IPv6 client
-- about: Each once, for networks that a prefix of the text can't tell.
-- reads: store.hit
SELECT DISTINCT client
FROM store.hit
WHERE contains(client, ':')
