-- title: Hits classified again
-- about: Updates the class of each kept hit by the current rules; only hits whose class changes are written.
-- reads: store.agent, store.hit, store.page, {hit_class}, {of_site}
-- makes: store.hit
UPDATE store.hit AS hit
SET hit_class = classified.hit_class
FROM (
    SELECT hit.rowid AS hit_row, {hit_class} AS hit_class
    FROM store.hit AS hit
    JOIN (SELECT agent_id, bot_reason IS NOT NULL AS is_bot FROM store.agent) AS agent
        ON agent.agent_id = hit.agent_id
    JOIN (SELECT page_id, is_asset FROM store.page) AS page ON page.page_id = hit.page_id
    WHERE {of_site}
) AS classified
WHERE hit.rowid = classified.hit_row AND hit.hit_class <> classified.hit_class
