-- title: An agent that nobody logged
-- about: chunk_agent_new: an agent that is asked about, as if the store had not met it.
-- reads: $agent
-- makes: chunk_agent_new
CREATE OR REPLACE TEMP TABLE chunk_agent_new AS
SELECT $agent AS agent
