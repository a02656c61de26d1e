-- title: IPv6 clients of a chunk
-- about: Each IPv6 client once. Networks of IPv6 can't be matched by a prefix of the text.
-- reads: chunk_line
SELECT DISTINCT client
FROM chunk_line
WHERE reason IS NULL AND contains(client, ':')
