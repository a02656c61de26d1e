-- title: Bots
-- about: Hits and agents of each bot, or of each class of bots, and their share of all hits in per cent. A bot is
-- about: named as in the bot list, or by the beginning of its user agent.
-- reads: agents, hit_agents, sites, $at, $by, $limit, $since, $site, $until
-- params: since date = 30d, until date
-- param by choice(name|class) = name: A row for each bot, or for each class of bots.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, class, name, hits, agents, share
-- bar: hits
WITH agent AS (
    SELECT hit.site_id, hit.agent_id, hit.counts_as = 'bot' AS is_bot, count(*) AS hits
    FROM hit_agents AS hit
    JOIN sites ON sites.site_id = hit.site_id
    WHERE {fragments/in_period(hit.logged_at)}
    GROUP BY hit.site_id, hit.agent_id, hit.counts_as = 'bot'
), site_total AS (
    SELECT site_id, sum(hits) AS hits
    FROM agent
    GROUP BY site_id
), bot AS (
    SELECT
        agent.site_id,
        agents.bot_class AS class,
        CASE WHEN $by = 'name' THEN agents.bot_name END AS name,
        sum(agent.hits) AS hits,
        count(*) AS agents
    FROM agent
    JOIN agents ON agents.agent_id = agent.agent_id
    WHERE agent.is_bot
    GROUP BY agent.site_id, agents.bot_class, CASE WHEN $by = 'name' THEN agents.bot_name END
)
SELECT
    sites.site,
    bot.class,
    bot.name,
    CAST(bot.hits AS BIGINT) AS hits,
    bot.agents,
    round(100 * CAST(bot.hits AS DOUBLE) / CAST(site_total.hits AS DOUBLE), 2) AS share
FROM bot
JOIN site_total ON site_total.site_id = bot.site_id
JOIN sites ON sites.site_id = bot.site_id
ORDER BY hits DESC, sites.site, class, name
LIMIT $limit
