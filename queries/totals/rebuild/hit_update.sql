-- title: Hits counted anew
-- about: What each kept hit counts as, by the rules as they are now; only those that change are written.
-- reads: store.agent, store.hit, store.page, {counts_as}
-- makes: store.hit
UPDATE store.hit AS hit
SET counts_as = judged.counts_as
FROM (
    SELECT hit.rowid AS hit_row, {counts_as} AS counts_as
    FROM store.hit AS hit
    JOIN (SELECT agent_id, bot_reason IS NOT NULL AS is_bot FROM store.agent) AS agent
        ON agent.agent_id = hit.agent_id
    JOIN (SELECT page_id, is_asset FROM store.page) AS page ON page.page_id = hit.page_id
) AS judged
WHERE hit.rowid = judged.hit_row AND hit.counts_as <> judged.counts_as
