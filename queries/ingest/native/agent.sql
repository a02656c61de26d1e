-- title: Agents of the native reader
-- about: Adds its new agents with their codes to chunk_agent_code.
-- reads: native_agent, $has_agent
-- makes: chunk_agent_code
INSERT INTO chunk_agent_code
SELECT code, CASE WHEN $has_agent THEN text ELSE {fragments/unknown_agent} END
FROM native_agent
