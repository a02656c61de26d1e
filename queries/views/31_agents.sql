-- title: Agents
-- about: agents: each user agent; bot_reason says why it is no person's browser, NULL is a person.
CREATE OR REPLACE TEMP VIEW agents AS
SELECT agent_id, agent, bot_reason
FROM store.agent
