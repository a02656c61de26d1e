-- title: Runs that both sites have hits of
-- about: The number of runs over logs whose lines name their hosts, of which both sites have hits.
-- reads: store.hit, $new_id, $old_id
SELECT count(*) AS runs
FROM (
    SELECT ingest_id FROM store.hit WHERE site_id = $old_id
    INTERSECT
    SELECT ingest_id FROM store.hit WHERE site_id = $new_id
)
