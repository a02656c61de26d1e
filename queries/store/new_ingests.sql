-- title: New ingests by log
-- about: The lines, bytes, hits and rejects that runs after a given one have read of each log.
-- reads: store.ingest, store.source, $before
SELECT
    source.path,
    source.site,
    sum(ingest.lines) AS lines,
    sum(ingest.to_position - ingest.from_position) AS bytes,
    sum(ingest.hits) AS hits,
    sum(ingest.rejects) AS rejects
FROM store.ingest AS ingest
JOIN store.source AS source ON source.source_id = ingest.source_id
WHERE ingest.ingest_id > $before
GROUP BY source.path, source.site
ORDER BY source.path, source.site
