-- title: Clients behind trusted proxies
-- about: Where a line's client is a trusted proxy, it is replaced by the last forwarded IP that is not a trusted proxy;
-- about: the IPs before that may be forged. Where all are trusted proxies, it is replaced by the first.
-- reads: chunk_line, $proxies, $proxies_v6
-- makes: chunk_line
CREATE OR REPLACE TEMP TABLE chunk_line AS
WITH proxied AS (
    SELECT
        *,
        (regexp_matches(client, $proxies) OR list_contains($proxies_v6, client))
            AND coalesce(forwarded, '') NOT IN ('', '-') AS is_proxied
    FROM chunk_line
), listed AS (
    SELECT
        *,
        CASE WHEN is_proxied THEN
            list_transform(
                list_filter(regexp_split_to_array(forwarded, '[, ]+'), lambda ip: ip NOT IN ('', '-')),
                lambda ip: {fragments/ip_without_port}
            )
        END AS ips
    FROM proxied
)
SELECT
    * EXCLUDE (is_proxied, ips)
        REPLACE (CASE WHEN is_proxied THEN coalesce(
            list_filter(
                ips,
                lambda ip: NOT (regexp_matches(ip, $proxies) OR list_contains($proxies_v6, ip))
            )[-1],
            ips[1],
            client
        ) ELSE client END AS client)
FROM listed
