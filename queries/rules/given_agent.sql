-- title: An agent to explain
-- about: chunk_agent_new: an agent from the command line, as if it were new.
-- reads: $agent
-- makes: chunk_agent_new
CREATE OR REPLACE TEMP TABLE chunk_agent_new AS
SELECT $agent AS agent
