-- title: Agents judged anew
-- about: Who is a bot, why, of which class and name, by the rules as they are now.
-- reads: chunk_agent_classified
-- makes: store.agent
UPDATE store.agent AS agent
SET bot_reason = judged.bot_reason,
    bot_class = judged.bot_class,
    bot_name = judged.bot_name,
    list_version = judged.list_version
FROM chunk_agent_classified AS judged
WHERE judged.agent = agent.agent
    AND (judged.bot_reason, judged.bot_class, judged.bot_name, judged.list_version)
        IS DISTINCT FROM (agent.bot_reason, agent.bot_class, agent.bot_name, agent.list_version)
