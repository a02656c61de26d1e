-- title: A chunk's distinct agents
-- about: chunk_agent: each user agent once, numbered within the chunk.
CREATE OR REPLACE TEMP TABLE chunk_agent AS
SELECT row_number() OVER () AS agent_no, agent
FROM (SELECT DISTINCT agent FROM chunk_line WHERE reason IS NULL)
