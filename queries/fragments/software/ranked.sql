-- title: Visits by name
-- about: A query of the visits of agent_visits by the name that `named_agent` gives each user agent, with the share of all
-- about: visits in per cent, and the rank of the name in its site.
-- reads: agent_visits, named_agent, sites
WITH summed AS (
    SELECT
        agent_visits.site_id,
        named_agent.name,
        agent_visits.day,
        CAST(sum(agent_visits.visits) AS BIGINT) AS visits,
        CAST(sum(agent_visits.visitors) AS BIGINT) AS visitors,
        CAST(sum(agent_visits.page_views) AS BIGINT) AS page_views
    FROM agent_visits
    JOIN named_agent ON named_agent.agent_id = agent_visits.agent_id
    GROUP BY agent_visits.site_id, named_agent.name, agent_visits.day
), totalled AS (
    SELECT
        *,
        sum(visits) OVER (PARTITION BY site_id, name) AS all_visits,
        sum(page_views) OVER (PARTITION BY site_id, name) AS all_views,
        sum(visits) OVER (PARTITION BY site_id) AS site_visits
    FROM summed
)
SELECT
    sites.site,
    totalled.*,
    round(100 * CAST(visits AS DOUBLE) / nullif(CAST(site_visits AS DOUBLE), 0), 2) AS share,
    dense_rank() OVER (PARTITION BY totalled.site_id ORDER BY all_visits DESC, all_views DESC, name) AS rank
FROM totalled
JOIN sites ON sites.site_id = totalled.site_id
