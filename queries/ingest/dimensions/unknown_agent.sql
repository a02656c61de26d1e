-- title: Lines without an agent
-- about: One row if new agents of the chunk include the unknown one.
-- reads: chunk_agent
SELECT 1 AS found
FROM chunk_agent
WHERE agent = {fragments/unknown_agent}
