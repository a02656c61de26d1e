-- title: Agents to classify again
-- about: chunk_agent_new: all agents, as if they were new.
-- reads: store.agent
-- makes: chunk_agent_new
CREATE OR REPLACE TEMP TABLE chunk_agent_new AS
SELECT agent FROM store.agent
