-- title: The key of the identity hashes
-- about: Random for each store, so that the hashes tell nothing outside of it.
-- reads: store.setting
SELECT value FROM store.setting WHERE name = 'identity_key'
