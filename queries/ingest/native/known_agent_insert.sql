-- title: Codes of agents that the log's reader knows
-- about: Remembers the ids of the chunk's new codes from {first} on, and the texts of those that have none.
-- reads: chunk_agent_code, chunk_agent_id, unused_agent, {first}
-- makes: known_agent_code, unused_agent
INSERT INTO known_agent_code
SELECT code, agent_id, is_bot FROM chunk_agent_id
WHERE code >= {first};

DELETE FROM unused_agent
WHERE code IN (SELECT code FROM chunk_agent_id);

INSERT INTO unused_agent
SELECT code, agent FROM chunk_agent_code
ANTI JOIN chunk_agent_id USING (code)
ANTI JOIN unused_agent USING (code)
WHERE code >= {first}
