-- title: Pieces of visits of an export
-- about: The pieces of visits of a bucket; a visitor is always in the same one.
-- reads: export_piece, {bucket}
SELECT log, site, client, agent, first_at, last_at, page_views
FROM export_piece
WHERE {bucket}
ORDER BY first_at, client, agent
