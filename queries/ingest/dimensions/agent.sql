-- title: Agents that are new to the run
-- about: chunk_agent: each user agent once.
-- reads: chunk_line
-- makes: chunk_agent
CREATE OR REPLACE TEMP TABLE chunk_agent AS
SELECT DISTINCT agent
FROM chunk_line
WHERE reason IS NULL AND agent_id IS NULL
