-- title: Hits to count
-- about: chunk_counted: the stored hits from the first row of the chunk on (all hits from row 0).
-- reads: store.hit, {first_row}
-- makes: chunk_counted
CREATE OR REPLACE TEMP VIEW chunk_counted AS
SELECT site_id, logged_at, client, agent_id, page_id, hit_class
FROM store.hit
WHERE rowid >= {first_row}
