-- title: Known agents
-- about: chunk_agent_known: the agents that are in the store; chunk_agent_new: the others.
-- reads: chunk_agent, store.agent
-- makes: chunk_agent_known, chunk_agent_new
CREATE OR REPLACE TEMP TABLE chunk_agent_known AS
SELECT agent, agent_id, bot_reason IS NOT NULL AS is_bot
FROM store.agent
JOIN chunk_agent USING (agent);

CREATE OR REPLACE TEMP TABLE chunk_agent_new AS
SELECT agent FROM chunk_agent
ANTI JOIN chunk_agent_known USING (agent)
