-- title: How many keys expire
-- about: The number of keys of periods that ended before $before, and that were made before it.
-- reads: store.pseudonym_key, $before
SELECT count(*) AS keys
FROM store.pseudonym_key
WHERE until_at <= $before AND made_at <= $before
