-- title: User agents of apps that are an origin
-- about: A query of the user agents of visits without a referrer that are the browser inside an app. It has no field for a
-- about: URL, so a page that was opened there without a referrer was opened from a message or a post of the app.
-- reads: agents, first_view
WITH named_agent AS (
    SELECT agents.agent_id, {fragments/software/browser(agents.agent)} AS name
    FROM agents
    SEMI JOIN first_view ON first_view.agent_id = agents.agent_id AND first_view.is_none
)
SELECT agent_id, name
FROM named_agent
WHERE name IN ('Zalo', 'Messenger', 'Instagram', 'Facebook', 'TikTok', 'Viber', 'LINE', 'WeChat')
