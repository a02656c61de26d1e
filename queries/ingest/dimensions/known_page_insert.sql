-- title: Pages that the run knows
-- about: Remembers the chunk's new pages.
-- reads: chunk_page_new
-- makes: known_page
INSERT INTO known_page
SELECT site_id, target_key FROM chunk_page_new
