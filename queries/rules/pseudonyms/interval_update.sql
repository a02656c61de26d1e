-- title: Intervals of visits that span a rotation
-- about: Gives the chunk's intervals of the later period the pseudonym of the earlier one.
-- reads: chunk_rotated
-- makes: chunk_interval
UPDATE chunk_interval AS visit
SET client = rotated.alias
FROM chunk_rotated AS rotated
WHERE visit.site_id = rotated.site_id AND visit.client = rotated.alias_before
