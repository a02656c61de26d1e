-- title: Figures of an import to take off
-- about: Adds the figures of its hits that were not imported, or are pruned, to those of the hits that are there.
-- reads: chunk_article_change, store.pruned_article_day, store.pruned_day, store.pruned_visit, {import_id}
-- makes: chunk_article_change, chunk_interval, chunk_minute
INSERT INTO chunk_interval
SELECT site_id, client, agent_id, first_at, last_at, page_views
FROM store.pruned_visit
WHERE import_id = {import_id};

INSERT INTO chunk_minute BY NAME
SELECT site_id, hits, bot_hits, page_views, day
FROM store.pruned_day
WHERE import_id = {import_id};

CREATE OR REPLACE TEMP TABLE chunk_article_change AS
WITH total AS (
    SELECT site_id, day, article_id, views FROM chunk_article_change
    UNION ALL
    SELECT site_id, day, article_id, views FROM store.pruned_article_day
    WHERE import_id = {import_id}
)
SELECT site_id, day, article_id, CAST(sum(views) AS BIGINT) AS views
FROM total
GROUP BY site_id, day, article_id
