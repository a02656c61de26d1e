-- title: What is left out of suspects
-- about: Page views by suspects in a report's time.
-- reads: hit_agents, sites, $at, $since, $site, $until
SELECT count(*) AS page_views
FROM hit_agents AS hit
JOIN sites ON sites.site_id = hit.site_id
WHERE hit.counts_as = 'suspect'
    AND hit.logged_at >= $since
    AND hit.logged_at < $until
    AND hit.logged_at <= $at
    AND ($site IS NULL OR sites.site = $site)
