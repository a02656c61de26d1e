-- title: Visits that span a rotation
-- about: Gives visits of the later period the pseudonym of the earlier one.
-- reads: chunk_rotated, $since
-- makes: store.visit
UPDATE store.visit AS visit
SET client = rotated.alias
FROM chunk_rotated AS rotated
WHERE visit.site_id = rotated.site_id AND visit.client = rotated.alias_before AND visit.last_at >= $since
