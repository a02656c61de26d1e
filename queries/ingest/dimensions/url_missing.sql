-- title: Pages without a URL
-- about: The number of requests of new pages that chunk_url does not have.
-- reads: chunk_page, chunk_url
SELECT count(*) AS requests
FROM chunk_page
ANTI JOIN chunk_url USING (site_id, target_key)
WHERE page_id IS NULL
