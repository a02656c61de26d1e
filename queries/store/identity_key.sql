-- title: The key of the identity hashes
-- about: It is random for each store, so that the hashes are useless elsewhere.
-- reads: store.setting
SELECT value FROM store.setting WHERE name = 'identity_key'
