-- title: Agents of the lines that the native reader has handed back
-- about: Adds them to chunk_agent_code, with codes below 0, which are of this chunk alone.
-- reads: chunk_line
-- makes: chunk_agent_code
INSERT INTO chunk_agent_code
SELECT -row_number() OVER (), agent
FROM (
    SELECT DISTINCT agent FROM chunk_line
    WHERE reason IS NULL
)
