-- title: The number of expired keys
-- about: The number of keys of periods that ended before $before, if they were created before it.
-- reads: store.pseudonym_key, $before
SELECT count(*) AS keys
FROM store.pseudonym_key
WHERE until_at <= $before AND made_at <= $before
