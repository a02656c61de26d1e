-- title: In the period of a report
-- about: A condition on a hit of a site: it is in the period, not after the report's time, and of the report's site.
-- reads: $at, $since, $site, $until
-- args: logged_at
{logged_at} >= $since
    AND {logged_at} < $until
    AND {logged_at} <= $at
    AND ($site IS NULL OR sites.site = $site)
