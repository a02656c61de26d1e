-- title: All agents of the native reader
-- about: A query of its agents by their codes. It is used for the first chunk of a run, when no text is known.
-- reads: native_agent, $has_agent
SELECT
    code,
    CASE WHEN $has_agent THEN text ELSE {fragments/unknown_agent} END AS agent,
    CAST(NULL AS INTEGER) AS agent_id,
    CAST(NULL AS BOOLEAN) AS is_bot
FROM native_agent
