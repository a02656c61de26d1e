-- title: Visitors who read on over a turn
-- about: What is logged of them later in the period goes by the earlier pseudonym too.
INSERT INTO store.pseudonym
SELECT site_id, turns, period, own, goes_by
FROM chunk_turned
WHERE own = went_by
