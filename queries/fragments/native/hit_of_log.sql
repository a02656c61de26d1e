-- title: The hits of one of the chunks of a log that are read natively
-- about: A query like fragments/native/hit. Each code is new to the chunk, or has the ids that an earlier one has stored.
-- reads: chunk_agent_id, chunk_line, chunk_referrer_id, chunk_request_known, known_agent_code, known_referrer_code,
-- reads: known_request_code
SELECT {fragments/native/hit_columns(line, agent, referrer, request)}
FROM chunk_line AS line
JOIN (FROM known_agent_code UNION ALL FROM chunk_agent_id) AS agent ON agent.code = line.agent_code
JOIN (FROM known_referrer_code UNION ALL FROM chunk_referrer_id) AS referrer ON referrer.code = line.referrer_code
JOIN (
    FROM known_request_code
    UNION ALL
    SELECT code, site_id, page_id, is_asset, method_id FROM chunk_request_known
) AS request ON request.code = line.request_code
WHERE line.reason IS NULL
