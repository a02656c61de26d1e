-- title: Agents of an export
-- about: Each user agent with its class.
-- reads: store.agent
SELECT agent, bot_reason, bot_class, bot_name, list_version
FROM store.agent
ORDER BY agent
