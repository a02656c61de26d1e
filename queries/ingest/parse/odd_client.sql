-- title: Clients to bring into one spelling
-- about: Each client that is no IPv4 address or is a trusted proxy, with what is forwarded for it, and the number of hits.
-- reads: {table}
SELECT client, forwarded, count(*) AS hits
FROM {table}
WHERE reason IS NULL AND forwarded IS NOT NULL
GROUP BY client, forwarded
