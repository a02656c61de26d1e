-- title: Hits by agent, those of suspects told apart
-- about: hit_agents: as ever, but a suspect's page views count as 'suspect'.
-- reads: suspect, store.hit
-- makes: hit_agents
CREATE OR REPLACE TEMP VIEW hit_agents AS
SELECT
    hit.site_id,
    hit.logged_at,
    hit.client,
    hit.agent_id,
    CASE
        WHEN suspect.day IS NOT NULL AND hit.counts_as = 'page view' THEN 'suspect'
        ELSE CAST(hit.counts_as AS VARCHAR)
    END AS counts_as
FROM store.hit AS hit
LEFT JOIN suspect ON {fragments/of_suspect}
