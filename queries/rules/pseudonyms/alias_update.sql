-- title: Aliases over several rotations
-- about: Updates aliases whose pseudonym was itself replaced.
-- reads: chunk_rotated
-- makes: store.pseudonym
UPDATE store.pseudonym AS kept
SET alias = rotated.alias
FROM chunk_rotated AS rotated
WHERE kept.site_id = rotated.site_id AND kept.alias = rotated.alias_before
