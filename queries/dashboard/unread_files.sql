-- title: Files whose lines are not all read
-- about: The number of files whose lines are missing in the figures: logs of a site that are refused or unfinished, and
-- about: files that wait or can't be read, whose site is not known. Members of archives that are no logs are not
-- about: counted, nor logs without a whole line, nor logs whose rest is gone.
-- reads: sources, waiting, $site
SELECT count(*) AS files
FROM (
    SELECT path
    FROM sources
    WHERE state IN ('refused', 'unfinished') AND (site IS NULL OR site = $site)
    UNION
    SELECT path
    FROM waiting
    WHERE state NOT IN ('skipped', 'incomplete')
)
