-- title: Pruned page views of visits that span a rotation
-- about: Gives pruned visits of the later period the pseudonym of the earlier one.
-- reads: chunk_rotated, $since
-- makes: store.pruned_visit
UPDATE store.pruned_visit AS visit
SET client = rotated.alias
FROM chunk_rotated AS rotated
WHERE visit.site_id = rotated.site_id AND visit.client = rotated.alias_before AND visit.last_at >= $since
