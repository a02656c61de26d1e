-- title: Who asked a proxy
-- about: Where a line's client is a proxy that is trusted, its client is the last forwarded address that is none:
-- about: all before it anybody may have written. Where all are proxies, it is the first one.
-- reads: chunk_line, $proxies, $proxies_v6
-- makes: chunk_line
CREATE OR REPLACE TEMP TABLE chunk_line AS
WITH told AS (
    SELECT
        *,
        (regexp_matches(client, $proxies) OR list_contains($proxies_v6, client))
            AND coalesce(forwarded, '') NOT IN ('', '-') AS is_asked
    FROM chunk_line
), listed AS (
    SELECT
        *,
        CASE WHEN is_asked THEN
            list_transform(
                list_filter(regexp_split_to_array(forwarded, '[, ]+'), lambda address: address NOT IN ('', '-')),
                lambda address: {fragments/ip_without_port}
            )
        END AS addresses
    FROM told
)
SELECT
    * EXCLUDE (is_asked, addresses)
        REPLACE (CASE WHEN is_asked THEN coalesce(
            list_filter(
                addresses,
                lambda address: NOT (regexp_matches(address, $proxies) OR list_contains($proxies_v6, address))
            )[-1],
            addresses[1],
            client
        ) ELSE client END AS client)
FROM listed
