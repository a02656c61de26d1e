-- title: The counts of sample logs
-- about: Format, site, lines, hits, hits by bots, rejects and repeated lines of each source.
-- reads: store.hit, store.ingest, store.site, store.source
SELECT
    source.path,
    source.format,
    coalesce(source.site, string_agg(DISTINCT site.name, ', ' ORDER BY site.name)) AS site,
    any_value(source.lines) AS lines,
    any_value(source.hits) AS hits,
    any_value(source.rejects) AS rejects,
    any_value(source.repeated) AS repeated,
    count(*) FILTER (WHERE hit.hit_class = 'bot') AS bots
FROM store.source AS source
JOIN store.ingest AS ingest ON ingest.source_id = source.source_id
LEFT JOIN store.hit AS hit ON hit.ingest_id = ingest.ingest_id
LEFT JOIN store.site AS site ON site.site_id = hit.site_id
GROUP BY source.source_id, source.path, source.format, source.site
ORDER BY source.path
