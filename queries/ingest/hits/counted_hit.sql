-- title: A chunk's hits as they were counted
-- about: chunk_counted: the stored hits from the row where the chunk begins (all of them from row 0).
-- reads: store.hit, {first_row}
-- makes: chunk_counted
CREATE OR REPLACE TEMP VIEW chunk_counted AS
SELECT site_id, logged_at, client, agent_id, page_id, hit_class
FROM store.hit
WHERE rowid >= {first_row}
