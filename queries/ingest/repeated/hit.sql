-- title: Hits that may have been read before
-- about: chunk_hit: the chunk's hits that were not logged after the newest stored one, each with its row in
-- about: chunk_line.
-- reads: store.site, $site, {chunk_hit}, {compared_client}
-- makes: chunk_hit
CREATE OR REPLACE TEMP TABLE chunk_hit AS
WITH hit AS (
    {chunk_hit}
        AND line.logged_at <= (SELECT max(logged_until) FROM store.site WHERE name = coalesce($site, name))
)
SELECT
    line, site_id, logged_at, {compared_client} AS client, agent_id, page_id, referrer_id, method_id, status,
    coalesce(bytes, -1) AS bytes
FROM hit
