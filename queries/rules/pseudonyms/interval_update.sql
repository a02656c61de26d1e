-- title: The chunk's intervals of visitors who read on over a turn
-- about: Those of the later side go by the earlier pseudonym.
UPDATE chunk_interval AS visit
SET client = turned.goes_by
FROM chunk_turned AS turned
WHERE visit.site_id = turned.site_id AND visit.client = turned.went_by
