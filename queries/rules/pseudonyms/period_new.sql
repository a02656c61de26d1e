-- title: Periods without a key
-- about: Those of the chunk's hits, by site.
-- reads: chunk_client, store.pseudonym_key
SELECT DISTINCT site_id, rotates, period
FROM chunk_client
ANTI JOIN store.pseudonym_key USING (site_id, rotates, period)
ORDER BY site_id, rotates, period
