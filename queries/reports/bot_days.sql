-- title: Bots by day
-- about: Hits of each bot on each local day, their share of all hits of that day in per cent, the number of different
-- about: pages that the bot requested, and the bytes that it was sent. A bot is named as in `bots`. --top N shows only the
-- about: N bots of each site with the most hits in the whole period.
-- reads: agents, classified_hits, sites, utc_offsets, $at, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param top integer: Only the N bots of each site with the most hits in the whole period.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, class, name, day, hits, share, pages, bytes
-- bar: hits
WITH page AS (
    SELECT
        hit.site_id,
        CASE WHEN hit.counts_as = 'bot' THEN hit.agent_id END AS agent_id,
        CAST(hit.logged_at + utc_offsets.utc_offset AS DATE) AS day,
        CASE WHEN hit.counts_as = 'bot' THEN hit.page_id END AS page_id,
        count(*) AS hits,
        sum(hit.bytes) AS bytes
    FROM classified_hits AS hit
    JOIN sites ON sites.site_id = hit.site_id
    {fragments/with_utc_offset(hit.site_id, hit.logged_at)}
    WHERE {fragments/in_period(hit.logged_at)}
    GROUP BY
        hit.site_id,
        CASE WHEN hit.counts_as = 'bot' THEN hit.agent_id END,
        CAST(hit.logged_at + utc_offsets.utc_offset AS DATE),
        CASE WHEN hit.counts_as = 'bot' THEN hit.page_id END
), site_day AS (
    SELECT site_id, day, sum(hits) AS hits
    FROM page
    GROUP BY site_id, day
), bot AS (
    SELECT
        page.site_id,
        agents.bot_class AS class,
        agents.bot_name AS name,
        page.day,
        CAST(sum(page.hits) AS BIGINT) AS hits,
        count(DISTINCT page.page_id) AS pages,
        CAST(coalesce(sum(page.bytes), 0) AS BIGINT) AS bytes,
        sum(sum(page.hits)) OVER (PARTITION BY page.site_id, agents.bot_class, agents.bot_name) AS all_hits
    FROM page
    JOIN agents ON agents.agent_id = page.agent_id
    GROUP BY page.site_id, agents.bot_class, agents.bot_name, page.day
), ranked AS (
    SELECT
        sites.site,
        bot.*,
        round(100 * CAST(bot.hits AS DOUBLE) / CAST(site_day.hits AS DOUBLE), 2) AS share,
        dense_rank() OVER (PARTITION BY bot.site_id ORDER BY bot.all_hits DESC, bot.class, bot.name) AS rank
    FROM bot
    JOIN site_day ON site_day.site_id = bot.site_id AND site_day.day = bot.day
    JOIN sites ON sites.site_id = bot.site_id
)
SELECT site, class, name, day, hits, share, pages, bytes
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, hits DESC, site, class, name
LIMIT $limit
