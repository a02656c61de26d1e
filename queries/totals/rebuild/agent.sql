-- title: Every agent to be judged anew
-- about: chunk_agent_new: all agents, as if none had been met.
-- reads: store.agent
-- makes: chunk_agent_new
CREATE OR REPLACE TEMP TABLE chunk_agent_new AS
SELECT agent FROM store.agent
