-- title: Pseudonyms of the chunk's clients
-- about: chunk_pseudonym: the pseudonym of each client in each minute. Its columns have names that no column of a hit
-- about: has.
-- reads: chunk_client, store.pseudonym, store.pseudonym_key
-- makes: chunk_pseudonym
CREATE OR REPLACE TEMP TABLE chunk_pseudonym AS
WITH own AS (
    SELECT client.site_id, client.client, client.minute, md5(key.key || client.client) AS own
    FROM chunk_client AS client
    JOIN store.pseudonym_key AS key USING (site_id, rotates, period)
)
SELECT
    own.site_id AS pseudonym_site_id,
    own.client AS pseudonym_client,
    own.minute AS pseudonym_minute,
    coalesce(kept.alias, own.own) AS pseudonym
FROM own
LEFT JOIN store.pseudonym AS kept ON kept.site_id = own.site_id AND kept.own = own.own
