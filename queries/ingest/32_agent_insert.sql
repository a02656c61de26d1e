-- title: The new agents
-- about: The judged agents go into the store.
INSERT INTO store.agent
SELECT
    (SELECT coalesce(max(agent_id), 0) FROM store.agent) + row_number() OVER (ORDER BY agent),
    agent,
    bot_reason
FROM chunk_agent_judged
