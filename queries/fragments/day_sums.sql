-- title: Sums of days
-- about: A query of the figures of each site and day, summed over `change`.
-- reads: change
SELECT
    site_id,
    day,
    CAST(sum(hits) AS BIGINT) AS hits,
    CAST(sum(bot_hits) AS BIGINT) AS bot_hits,
    CAST(sum(page_views) AS BIGINT) AS page_views,
    CAST(sum(visits) AS BIGINT) AS visits
FROM change
GROUP BY site_id, day
