-- title: Rejects by site
-- about: A query of two numbers for each site: the rejects that its sources count, and the rejects that are kept or
-- about: pruned.
-- reads: ingests, rejects, sources
SELECT site, sum(stored) AS stored, sum(found) AS found
FROM (
    SELECT site, rejects AS stored, 0 AS found FROM sources
    UNION ALL
    SELECT site, 0, 1 FROM rejects
    UNION ALL
    SELECT site, 0, pruned_rejects FROM ingests
)
GROUP BY site
