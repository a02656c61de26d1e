-- title: URLs of new pages that were found before the transaction
-- about: chunk_url as rules/canonical_url makes it.
-- reads: chunk_page, chunk_url_ahead
-- makes: chunk_url
CREATE OR REPLACE TEMP TABLE chunk_url AS
SELECT ahead.*
FROM chunk_url_ahead AS ahead
SEMI JOIN (
    SELECT site_id, target_key FROM chunk_page
    WHERE page_id IS NULL
) AS page USING (site_id, target_key)
