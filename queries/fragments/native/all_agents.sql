-- title: All agents of the native reader
-- about: A query of its agents with their codes. It is used for the first chunk of a run, when no text is known.
-- reads: native_agent, $base, $has_agent
SELECT $base + code, CASE WHEN $has_agent THEN text ELSE {fragments/unknown_agent} END, NULL, NULL
FROM native_agent
