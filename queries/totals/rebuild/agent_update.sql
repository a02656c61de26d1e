-- title: Agents classified again
-- about: Updates which agents are bots, why, and their class and name, by the current rules.
-- reads: chunk_agent_classified
-- makes: store.agent
UPDATE store.agent AS agent
SET bot_reason = new.bot_reason,
    bot_class = new.bot_class,
    bot_name = new.bot_name,
    list_version = new.list_version
FROM chunk_agent_classified AS new
WHERE new.agent = agent.agent
    AND (new.bot_reason, new.bot_class, new.bot_name, new.list_version)
        IS DISTINCT FROM (agent.bot_reason, agent.bot_class, agent.bot_name, agent.list_version)
