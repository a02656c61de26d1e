-- title: Visitors who read on over a turn
-- about: What is logged of them later in the period goes by the earlier pseudonym too.
-- reads: chunk_rotated
-- makes: store.pseudonym
INSERT INTO store.pseudonym
SELECT site_id, rotates, period, own, alias
FROM chunk_rotated
WHERE own = alias_before
