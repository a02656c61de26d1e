-- title: A chunk's IPv6 addresses
-- about: Each IPv6 address among the clients and the addresses that were forwarded, once.
-- reads: chunk_line
WITH told AS (
    SELECT client AS address FROM chunk_line
    UNION ALL
    SELECT unnest(regexp_split_to_array(forwarded, '[, ]+')) FROM chunk_line WHERE contains(forwarded, ':')
), bare AS (
    SELECT DISTINCT {fragments/ip_without_port} AS address FROM told
)
SELECT address
FROM bare
WHERE contains(address, ':')
