-- title: Visitors who read on over several turns
-- about: Who went by a pseudonym that is another now goes by that.
-- reads: chunk_rotated
-- makes: store.pseudonym
UPDATE store.pseudonym AS kept
SET alias = turned.alias
FROM chunk_rotated AS turned
WHERE kept.site_id = turned.site_id AND kept.alias = turned.alias_before
