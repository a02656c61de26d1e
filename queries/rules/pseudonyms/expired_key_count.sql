-- title: Keys that have served
-- about: How many there are to be forgotten: of periods that ended before $before, and made before it.
-- reads: store.pseudonym_key, $before
SELECT count(*) AS keys
FROM store.pseudonym_key
WHERE until_at <= $before AND made_at <= $before
