-- title: Agents
-- about: agents: each user agent; bot_reason says why it is no person's browser, NULL is a person. Of a bot
-- about: also its class and name; list_version is that of the list of bots by which it was judged.
-- reads: store.agent
-- makes: agents
CREATE OR REPLACE TEMP VIEW agents AS
SELECT agent_id, agent, bot_reason, bot_class, bot_name, list_version
FROM store.agent
