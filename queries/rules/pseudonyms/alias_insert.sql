-- title: New aliases
-- about: Inserts the aliases by which later hits of these visitors in the period also get the earlier pseudonym.
-- reads: chunk_rotated
-- makes: store.pseudonym
INSERT INTO store.pseudonym
SELECT site_id, rotates, period, own, alias
FROM chunk_rotated
WHERE own = alias_before
