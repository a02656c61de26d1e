-- title: Agents of the native reader
-- about: Adds its agents with their codes to chunk_agent_code.
-- reads: {agents}
-- makes: chunk_agent_code
INSERT INTO chunk_agent_code
{agents}
