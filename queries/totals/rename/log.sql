-- title: Logs of a site
-- about: The number of logs that were read for the site, and of logs whose lines name it.
-- reads: store.hit, store.ingest, store.site, store.source, $old
WITH naming AS (
    SELECT DISTINCT ingest.source_id
    FROM store.hit AS hit
    JOIN store.site AS site ON site.site_id = hit.site_id AND site.name = $old
    JOIN store.ingest AS ingest ON ingest.ingest_id = hit.ingest_id
)
SELECT
    count(*) FILTER (WHERE site = $old) AS logs,
    count(*) FILTER (WHERE site IS NULL AND source_id IN (FROM naming)) AS naming
FROM store.source
