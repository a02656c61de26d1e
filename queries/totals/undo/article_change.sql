-- title: Changes of each article's days by an undo
-- about: chunk_article_change: the change that the ingest made, negated.
-- reads: chunk_article_change
-- makes: chunk_article_change
CREATE OR REPLACE TEMP TABLE chunk_article_change AS
SELECT site_id, day, article_id, -views AS views
FROM chunk_article_change
