-- title: Agents of the lines that the native reader has handed back
-- about: Adds them to chunk_agent_code.
-- reads: chunk_line, $base
-- makes: chunk_agent_code
INSERT INTO chunk_agent_code
SELECT $base + row_number() OVER () - 1, agent, agent_id, is_bot
FROM (
    SELECT DISTINCT agent, agent_id, is_bot FROM chunk_line
    WHERE reason IS NULL
)
