-- title: Stored hits of equal lines
-- about: chunk_stored: the hits of chunk_near that equal a hit of the chunk, numbered among equal ones.
-- reads: chunk_hit, chunk_near, store.hit, $since, $until, {compared_client}
-- makes: chunk_stored
CREATE OR REPLACE TEMP TABLE chunk_stored AS
WITH hit AS (
    SELECT
        ingest_id, rowid AS hit_row,
        site_id, logged_at, {compared_client} AS client, agent_id, page_id, referrer_id, method_id, status,
        coalesce(bytes, -1) AS bytes
    FROM store.hit
    WHERE logged_at BETWEEN $since AND $until
), equal AS (
    SELECT hit.*
    FROM hit
    SEMI JOIN chunk_near USING (ingest_id)
    SEMI JOIN chunk_hit USING ({fragments/same_hit})
)
SELECT
    *,
    row_number() OVER (PARTITION BY {fragments/same_hit} ORDER BY hit_row) AS number,
    count(*) OVER (PARTITION BY {fragments/same_hit}) AS times
FROM equal
