-- title: Agents of a chunk that was read natively
-- about: A query of the agents of its hits that are new to the reader.
-- reads: chunk_agent_code, chunk_line
SELECT DISTINCT code.agent
FROM (
    SELECT DISTINCT agent_code FROM chunk_line
    WHERE reason IS NULL
) AS line
JOIN chunk_agent_code AS code ON code.code = line.agent_code
