-- title: Pages of no hit
-- about: A page is kept for its hits; one that comes again is met again.
-- reads: store.hit
-- makes: store.page
DELETE FROM store.page
WHERE page_id NOT IN (SELECT DISTINCT page_id FROM store.hit)
