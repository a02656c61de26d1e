-- title: Agents that no hit had before
-- about: Adds agents of unused_agent that a hit of the chunk has to chunk_agent_code.
-- reads: chunk_line, unused_agent
-- makes: chunk_agent_code
INSERT INTO chunk_agent_code
SELECT code, agent FROM unused_agent
WHERE code IN (
    SELECT agent_code FROM chunk_line
    WHERE reason IS NULL
)
