-- title: Visitors who behave unlike people
-- about: Visitors with a browser's agent who behave like none, on each UTC day of the period: the rule that they
-- about: broke, how many they are, their page views and these views' share of all in per cent. They are counted as
-- about: people all the same. By visitor, each is shown with the network of the address, if that is kept.
-- params: since date = 7d, until date
-- param by choice(rule|visitor) = rule: A row for each rule, or for each visitor.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, rule, network, agent, visitors, page_views, share
WITH suspect AS (
    SELECT suspects.site_id, suspects.client, suspects.agent_id, suspects.rule, suspects.page_views
    FROM suspects
    JOIN sites ON sites.site_id = suspects.site_id
    WHERE suspects.day >= CAST($since AS DATE)
        AND suspects.day < $until
        AND suspects.day <= CAST($at AS DATE)
        AND ($site IS NULL OR sites.site = $site)
), site_total AS (
    SELECT site_id, count(*) AS page_views
    FROM page_views
    WHERE CAST(logged_at AS DATE) >= CAST($since AS DATE)
        AND CAST(logged_at AS DATE) < $until
        AND CAST(logged_at AS DATE) <= CAST($at AS DATE)
    GROUP BY site_id
), told AS (
    SELECT
        suspect.site_id,
        suspect.rule,
        CASE WHEN $by = 'visitor' THEN nullif({fragments/truncated_ip}, '*') END AS network,
        CASE WHEN $by = 'visitor' THEN agents.agent END AS agent,
        suspect.client,
        suspect.page_views
    FROM suspect
    JOIN agents ON agents.agent_id = suspect.agent_id
)
SELECT
    sites.site,
    told.rule,
    told.network,
    told.agent,
    count(*) AS visitors,
    CAST(sum(told.page_views) AS BIGINT) AS page_views,
    round(100 * CAST(sum(told.page_views) AS DOUBLE) / CAST(max(site_total.page_views) AS DOUBLE), 2) AS share
FROM told
JOIN sites ON sites.site_id = told.site_id
LEFT JOIN site_total ON site_total.site_id = told.site_id
GROUP BY sites.site, told.rule, told.network, told.agent, CASE WHEN $by = 'visitor' THEN told.client END
ORDER BY page_views DESC, visitors DESC, sites.site, told.rule, told.network, told.agent
LIMIT $limit
