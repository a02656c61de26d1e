-- title: Expired aliases
-- about: Deletes aliases of periods whose key expires.
-- reads: store.pseudonym_key, $before
-- makes: store.pseudonym
DELETE FROM store.pseudonym AS kept
USING store.pseudonym_key AS key
WHERE key.site_id = kept.site_id AND key.rotates = kept.rotates AND key.period = kept.period
    AND key.until_at <= $before AND key.made_at <= $before
