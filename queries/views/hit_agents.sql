-- title: Hits by agent
-- about: hit_agents: each hit without its page; it is quicker to count than `hits`.
-- reads: classified_hits
-- makes: hit_agents
CREATE OR REPLACE TEMP VIEW hit_agents AS
SELECT site_id, logged_at, client, agent_id, counts_as
FROM classified_hits
