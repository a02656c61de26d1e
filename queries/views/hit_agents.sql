-- title: Hits by agent
-- about: hit_agents: each hit without its page, which makes it quick to count.
-- reads: store.hit
-- makes: hit_agents
CREATE OR REPLACE TEMP VIEW hit_agents AS
SELECT site_id, logged_at, client, agent_id, counts_as
FROM store.hit
