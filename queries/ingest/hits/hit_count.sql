-- title: Bots and page views of a chunk
-- about: The numbers of bots' hits and page views, for the summary of the run.
-- reads: chunk_minute
SELECT CAST(coalesce(sum(bot_hits), 0) AS BIGINT) AS bots, CAST(coalesce(sum(page_views), 0) AS BIGINT) AS page_views
FROM chunk_minute
