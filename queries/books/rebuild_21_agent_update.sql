-- title: Agents judged anew
-- about: Who is a bot, and why, by the rules as they are now.
UPDATE store.agent AS agent
SET bot_reason = judged.bot_reason
FROM chunk_agent_judged AS judged
WHERE judged.agent = agent.agent AND judged.bot_reason IS DISTINCT FROM agent.bot_reason
