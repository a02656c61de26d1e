-- title: Agents
-- about: agents: each user agent, NULL for that of logs without agents. bot_reason is the reason why it is a bot, NULL
-- about: for a person's browser; a bot has a class and a name. list_version is the version of the bot list that
-- about: classified it.
-- reads: store.agent
-- makes: agents
CREATE OR REPLACE TEMP VIEW agents AS
SELECT
    agent_id,
    nullif(agent, {fragments/unknown_agent}) AS agent,
    bot_reason,
    bot_class,
    bot_name,
    list_version
FROM store.agent
