-- title: Agents of an import
-- about: Inserts the agents that the store does not have yet.
-- reads: import_agent, store.agent
-- makes: store.agent
INSERT INTO store.agent
WITH new AS (
    SELECT DISTINCT agent, bot_reason, bot_class, bot_name, list_version
    FROM import_agent
    ANTI JOIN store.agent USING (agent)
)
SELECT
    (SELECT coalesce(max(agent_id), 0) FROM store.agent) + row_number() OVER (ORDER BY agent),
    agent, bot_reason, bot_class, bot_name, list_version
FROM new
