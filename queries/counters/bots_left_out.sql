-- title: What a report leaves out
-- about: Hits by bots in a report's time; of days whose hits are pruned what is remembered of them.
-- reads: day_totals, hit_agents, sites, $at, $since, $since_day, $site, $until, $until_day
WITH kept AS (
    SELECT count(*) AS hits
    FROM hit_agents AS hit
    JOIN sites ON sites.site_id = hit.site_id
    WHERE hit.counts_as = 'bot'
        AND hit.logged_at >= greatest($since, coalesce(sites.hits_from, $since))
        AND hit.logged_at < $until
        AND hit.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
), forgotten AS (
    SELECT coalesce(sum(total.bot_hits), 0) AS hits
    FROM day_totals AS total
    JOIN sites ON sites.site_id = total.site_id
    WHERE total.day < CAST(sites.hits_from AT TIME ZONE 'UTC' AT TIME ZONE sites.timezone AS DATE)
        AND total.day BETWEEN $since_day AND $until_day
        AND ($site IS NULL OR sites.site = $site)
)
SELECT CAST(kept.hits + forgotten.hits AS BIGINT) AS hits
FROM kept, forgotten
