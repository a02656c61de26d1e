-- title: Agents
-- about: agents: each user agent. bot_reason is the reason why it is a bot, NULL for a person's browser; a bot has a
-- about: class and a name. list_version is the version of the bot list that classified it.
-- reads: store.agent
-- makes: agents
CREATE OR REPLACE TEMP VIEW agents AS
SELECT agent_id, agent, bot_reason, bot_class, bot_name, list_version
FROM store.agent
