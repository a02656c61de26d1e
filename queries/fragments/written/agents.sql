-- title: Agents of a chunk's lines
-- about: A query of the agents of its hits that the run does not know, each once.
-- reads: chunk_line
SELECT DISTINCT agent
FROM chunk_line
WHERE reason IS NULL AND agent IS NOT NULL
