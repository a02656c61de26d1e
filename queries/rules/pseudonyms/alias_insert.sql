-- title: New aliases
-- about: Later hits of these visitors in the period get the earlier pseudonym, too.
-- reads: chunk_rotated
-- makes: store.pseudonym
INSERT INTO store.pseudonym
SELECT site_id, rotates, period, own, alias
FROM chunk_rotated
WHERE own = alias_before
