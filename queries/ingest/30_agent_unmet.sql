-- title: Agents the store has not met
-- about: chunk_agent_unmet: each new agent of the chunk once.
CREATE OR REPLACE TEMP TABLE chunk_agent_unmet AS
WITH met AS (
    SELECT agent FROM store.agent
    SEMI JOIN chunk_agent USING (agent)
)
SELECT agent FROM chunk_agent
ANTI JOIN met USING (agent)
