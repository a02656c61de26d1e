-- title: Agents the store has not met
-- about: chunk_agent_unmet: each new agent of the chunk once.
CREATE OR REPLACE TEMP TABLE chunk_agent_unmet AS
SELECT agent FROM chunk_agent
ANTI JOIN store.agent USING (agent)
