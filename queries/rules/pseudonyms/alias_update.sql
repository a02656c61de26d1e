-- title: Visitors who read on over several turns
-- about: Who went by a pseudonym that is another now goes by that.
UPDATE store.pseudonym AS kept
SET goes_by = turned.goes_by
FROM chunk_turned AS turned
WHERE kept.site_id = turned.site_id AND kept.goes_by = turned.went_by
