-- title: Agents of the native reader
-- about: A query of its agents with their codes, in which one of an earlier chunk of the run is replaced by its id.
-- reads: known_agent, native_agent, $base, $has_agent
SELECT
    $base + written.code,
    CASE WHEN known.agent_id IS NULL THEN written.agent END AS agent,
    known.agent_id,
    known.is_bot
FROM (
    SELECT code, CASE WHEN $has_agent THEN text ELSE {fragments/unknown_agent} END AS agent
    FROM native_agent
) AS written
LEFT JOIN known_agent AS known ON known.agent = written.agent
