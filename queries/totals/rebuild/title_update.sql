-- title: Titles classified again
-- about: Updates the article of each title by the current rules.
-- reads: chunk_url
-- makes: store.title
UPDATE store.title AS title
SET identity_key = new.identity_key
FROM chunk_url AS new
WHERE new.site_id = title.site_id
    AND new.target = title.url
    AND new.identity_key <> title.identity_key
