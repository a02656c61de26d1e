-- title: A whole local day is in the period of a report
-- about: A condition on a local day of a site: it begins and ends in the period, is over at the report's time, and is of
-- about: the report's site.
-- reads: $at, $since, $site, $until
-- args: day
CAST({day} AS TIMESTAMP) AT TIME ZONE sites.timezone AT TIME ZONE 'UTC' >= $since
    AND CAST({day} + 1 AS TIMESTAMP) AT TIME ZONE sites.timezone AT TIME ZONE 'UTC' <= $until
    AND CAST({day} + 1 AS TIMESTAMP) AT TIME ZONE sites.timezone AT TIME ZONE 'UTC' <= $at
    AND ($site IS NULL OR sites.site = $site)
