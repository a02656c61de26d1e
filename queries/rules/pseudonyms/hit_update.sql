-- title: Hits of visits that span a rotation
-- about: Gives hits of the later period the pseudonym of the earlier one.
-- reads: chunk_rotated, $since
-- makes: store.hit
UPDATE store.hit AS hit
SET client = rotated.alias
FROM chunk_rotated AS rotated
WHERE hit.site_id = rotated.site_id AND hit.client = rotated.alias_before AND hit.logged_at >= $since
