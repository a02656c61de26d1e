-- title: The hits of a chunk that was read natively, with their ids
-- about: A query with the columns of fragments/chunk_hit, by the codes of the texts. Each hit has a row for each code, and
-- about: such joins take half of the time of outer ones.
-- reads: chunk_agent_id, chunk_line, chunk_referrer_id, chunk_request_known
SELECT {fragments/native/hit_columns(line, agent, referrer, request)}
FROM chunk_line AS line
JOIN chunk_agent_id AS agent ON agent.code = line.agent_code
JOIN chunk_referrer_id AS referrer ON referrer.code = line.referrer_code
JOIN chunk_request_known AS request ON request.code = line.request_code
WHERE line.reason IS NULL
