-- title: What taking an ingest back changes in each article's day
-- about: chunk_article_change: what the ingest has changed, the other way round.
-- reads: chunk_article_change
-- makes: chunk_article_change
CREATE OR REPLACE TEMP TABLE chunk_article_change AS
SELECT site_id, day, article_id, -views AS views
FROM chunk_article_change
