-- title: Expired keys
-- about: Deletes keys of periods that ended before $before, if they were created before it.
-- reads: $before
-- makes: store.pseudonym_key
DELETE FROM store.pseudonym_key
WHERE until_at <= $before AND made_at <= $before
