-- title: Sites of sources
-- about: The site for which each of these logs was read (NULL: the hosts that its lines name), and its hits.
-- reads: store.source, $source_ids
SELECT source_id, site, hits
FROM store.source
WHERE source_id IN (SELECT unnest(CAST($source_ids AS INTEGER[])))
ORDER BY source_id
