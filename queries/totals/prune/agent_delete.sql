-- title: Agents without hits and visits
-- about: Deletes agents to which no hit and no visit refers. Visits are kept for ever, and so are the agents of their
-- about: visitors.
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
