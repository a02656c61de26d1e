-- title: Keys are forgotten
-- about: Those that have served.
-- reads: $before
-- makes: store.pseudonym_key
DELETE FROM store.pseudonym_key
WHERE until_at <= $before AND made_at <= $before
