-- title: An agent to explain
-- about: chunk_agent_new: an agent from the command line, as if it were new in a log; - is an empty one.
-- reads: $agent
-- makes: chunk_agent_new
CREATE OR REPLACE TEMP TABLE chunk_agent_new AS
SELECT CASE WHEN $agent IN ('-', {fragments/unknown_agent}) THEN '' ELSE $agent END AS agent
