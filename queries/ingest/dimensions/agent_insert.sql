-- title: New agents
-- about: Inserts the classified agents, and adds them to chunk_agent_known.
-- reads: chunk_agent_classified, store.agent
-- makes: chunk_agent_known, chunk_agent_row, store.agent
CREATE OR REPLACE TEMP TABLE chunk_agent_row AS
SELECT
    (SELECT coalesce(max(agent_id), 0) FROM store.agent) + row_number() OVER (ORDER BY agent) AS agent_id,
    classified.*
FROM chunk_agent_classified AS classified;

INSERT INTO store.agent
SELECT agent_id, agent, bot_reason, bot_class, bot_name, list_version FROM chunk_agent_row;

INSERT INTO chunk_agent_known
SELECT agent, agent_id, bot_reason IS NOT NULL FROM chunk_agent_row
