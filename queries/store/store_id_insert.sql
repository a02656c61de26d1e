-- title: The name of a store
-- about: Gives a store a name of its own when it is first exported, by which its later exports are known. Stores that were
-- about: copied before are others.
-- reads: store.setting, $store_id
-- makes: store.setting
INSERT INTO store.setting
SELECT 'store_id', $store_id
WHERE NOT EXISTS (FROM store.setting WHERE name = 'store_id')
