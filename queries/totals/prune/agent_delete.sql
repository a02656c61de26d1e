-- title: Agents of no hit and no visit
-- about: Visits are kept for ever, and with them the agents of their visitors.
-- reads: store.hit, store.pruned_visit, store.visit
-- makes: store.agent
DELETE FROM store.agent
WHERE agent_id NOT IN (
    SELECT agent_id FROM store.hit
    UNION
    SELECT agent_id FROM store.visit
    UNION
    SELECT agent_id FROM store.pruned_visit
)
