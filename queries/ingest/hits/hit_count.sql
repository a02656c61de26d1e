-- title: What a chunk counted as
-- about: The chunk's bots and page views, for the run's last line.
-- reads: chunk_minute
SELECT coalesce(sum(bot_hits), 0)::BIGINT AS bots, coalesce(sum(page_views), 0)::BIGINT AS page_views
FROM chunk_minute
