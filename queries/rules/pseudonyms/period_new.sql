-- title: Periods without a key
-- about: The periods of the chunk's hits that have no key yet, by site.
-- reads: chunk_client, store.pseudonym_key
SELECT DISTINCT site_id, rotates, period
FROM chunk_client
ANTI JOIN store.pseudonym_key USING (site_id, rotates, period)
ORDER BY site_id, rotates, period
