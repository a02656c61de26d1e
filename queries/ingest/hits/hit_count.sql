-- title: What a chunk counted as
-- about: The chunk's bots and page views, for the run's last line.
-- reads: chunk_minute
SELECT CAST(coalesce(sum(bot_hits), 0) AS BIGINT) AS bots, CAST(coalesce(sum(page_views), 0) AS BIGINT) AS page_views
FROM chunk_minute
