-- title: What a chunk counted as
-- about: The chunk's bots and page views, for the run's last line.
SELECT
    count(*) FILTER (counts_as = 'bot') AS bots,
    count(*) FILTER (counts_as = 'page view') AS page_views
FROM chunk_counted
