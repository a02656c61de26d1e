-- title: Hits by bots that a report leaves out
-- about: The number of hits by bots in the period of a report; for pruned days it comes from the days' sums.
-- reads: day_totals, hit_agents, sites, $at, $since, $since_day, $site, $until, $until_day
WITH kept AS (
    SELECT count(*) AS hits
    FROM hit_agents AS hit
    JOIN sites ON sites.site_id = hit.site_id
    WHERE hit.counts_as = 'bot'
        AND hit.logged_at >= coalesce(sites.hits_from, $since)
        AND {fragments/in_period(hit.logged_at)}
), pruned AS (
    SELECT coalesce(sum(total.bot_hits), 0) AS hits
    FROM day_totals AS total
    JOIN sites ON sites.site_id = total.site_id
    WHERE total.day < {fragments/local_day(sites.hits_from, sites.timezone)}
        AND total.day BETWEEN $since_day AND $until_day
        AND ($site IS NULL OR sites.site = $site)
)
SELECT CAST(kept.hits + pruned.hits AS BIGINT) AS hits
FROM kept, pruned
