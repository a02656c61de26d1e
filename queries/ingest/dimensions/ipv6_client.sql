-- title: A chunk's IPv6 clients
-- about: Each IPv6 client once, for networks that a prefix of the text can't tell.
-- reads: chunk_line
SELECT DISTINCT client
FROM chunk_line
WHERE reason IS NULL AND contains(client, ':')
