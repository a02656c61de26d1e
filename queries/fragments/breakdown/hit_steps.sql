-- title: The steps of kept hits
-- about: A query of the steps that leave out hits of `class_hits`, down to the page views. Each site has each step,
-- about: and a step for each class of bots.
-- reads: calendar, class_hits, $without_suspects
SELECT calendar.site_id, class.position, class.step, -coalesce(sum(hit.hits), 0) AS count, class.note
FROM calendar
JOIN (
    VALUES
        (31, 'hits before', 'earlier', NULL, 'of an earlier time'),
        (32, 'hits later', 'later', NULL, 'logged after the reported time'),
        (51, 'internal', 'in period', 'internal', 'client IPs that are not visitors'),
        (52, 'assets', 'in period', 'asset', 'images, styles, scripts and the like'),
        (53, 'other methods', 'in period', 'method', 'not GET'),
        (54, 'other statuses', 'in period', 'status', 'neither 2xx nor 304'),
        (56, 'suspects', 'in period', 'suspect', 'page views of visitors who behave unlike people')
) AS class(position, step, time, counts_as, note) ON class.counts_as IS DISTINCT FROM 'suspect' OR $without_suspects
LEFT JOIN class_hits AS hit
    ON hit.site_id = calendar.site_id
    AND hit.time = class.time
    AND (class.counts_as IS NULL OR hit.counts_as = class.counts_as)
GROUP BY calendar.site_id, class.position, class.step, class.note
UNION ALL
SELECT site_id, 41, concat('bots: ', bot_class), -hits, NULL
FROM class_hits
WHERE time = 'in period' AND counts_as = 'bot'
UNION ALL
SELECT site_id, 60, 'page views', NULL, NULL
FROM calendar
