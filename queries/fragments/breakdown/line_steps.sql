-- title: The steps of lines
-- about: A query of the first steps: the lines of each site of `clock`, and its rejects. Without $site, lines whose
-- about: site is unknown have their own steps.
-- reads: clock, day_totals, reject, $site
SELECT clock.site, 10 AS position, 'lines' AS step,
    coalesce(line.hits, 0) + coalesce(reject.stored, 0) AS count, 'all lines that were read' AS note
FROM clock
LEFT JOIN (SELECT site_id, sum(hits) AS hits FROM day_totals GROUP BY site_id) AS line
    ON line.site_id = clock.site_id
LEFT JOIN reject ON reject.site = clock.site
UNION ALL
SELECT site, 10, 'lines', stored, 'of logs that name the site in each line'
FROM reject
WHERE site IS NULL AND $site IS NULL AND stored > 0
UNION ALL
SELECT clock.site, 20, 'rejects', -coalesce(reject.found, 0), 'not parsed, so their time is unknown: all rejects'
FROM clock
LEFT JOIN reject ON reject.site = clock.site
UNION ALL
SELECT site, 20, 'rejects', -found, 'not parsed, so their site and time are unknown'
FROM reject
WHERE site IS NULL AND $site IS NULL AND stored > 0
