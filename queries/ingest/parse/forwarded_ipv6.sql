-- title: IPv6 addresses of a chunk
-- about: Each IPv6 address among the clients and the forwarded IPs, once.
-- reads: chunk_line
WITH forwarded_ip AS (
    SELECT client AS ip FROM chunk_line
    UNION ALL
    SELECT unnest(regexp_split_to_array(forwarded, '[, ]+')) FROM chunk_line WHERE contains(forwarded, ':')
), bare AS (
    SELECT DISTINCT {fragments/ip_without_port} AS ip FROM forwarded_ip
)
SELECT ip
FROM bare
WHERE contains(ip, ':')
