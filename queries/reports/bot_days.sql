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
WITH named_agent AS (
    SELECT
        agent_id, bot_class AS class, bot_name AS name, dense_rank() OVER (ORDER BY bot_class, bot_name) AS bot_id
    FROM agents
), named_bot AS (
    SELECT DISTINCT bot_id, class, name
    FROM named_agent
), page AS (
    SELECT
        hit.site_id,
        named_agent.bot_id,
        CAST(hit.logged_at + utc_offsets.utc_offset AS DATE) AS day,
        hit.page_id,
        count(*) AS hits,
        sum(hit.bytes) AS bytes
    FROM classified_hits AS hit
    JOIN sites ON sites.site_id = hit.site_id
    JOIN named_agent ON named_agent.agent_id = hit.agent_id
    {fragments/with_utc_offset(hit.site_id, hit.logged_at)}
    WHERE hit.counts_as = 'bot' AND {fragments/in_period(hit.logged_at)}
    GROUP BY hit.site_id, named_agent.bot_id, CAST(hit.logged_at + utc_offsets.utc_offset AS DATE), hit.page_id
), site_day AS (
    SELECT hit.site_id, CAST(hit.logged_at + utc_offsets.utc_offset AS DATE) AS day, count(*) AS hits
    FROM classified_hits AS hit
    JOIN sites ON sites.site_id = hit.site_id
    {fragments/with_utc_offset(hit.site_id, hit.logged_at)}
    WHERE {fragments/in_period(hit.logged_at)}
    GROUP BY hit.site_id, CAST(hit.logged_at + utc_offsets.utc_offset AS DATE)
), bot_day AS (
    SELECT
        site_id,
        bot_id,
        day,
        CAST(sum(hits) AS BIGINT) AS hits,
        count(*) AS pages,
        CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes
    FROM page
    GROUP BY site_id, bot_id, day
), bot AS (
    SELECT
        bot_day.*,
        named_bot.class,
        named_bot.name,
        sum(bot_day.hits) OVER (PARTITION BY bot_day.site_id, bot_day.bot_id) AS all_hits
    FROM bot_day
    JOIN named_bot ON named_bot.bot_id = bot_day.bot_id
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
