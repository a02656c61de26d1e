-- title: Pages without hits
-- about: Deletes pages that no hit refers to. A page that is requested again becomes a new row.
-- reads: store.hit
-- makes: store.page
DELETE FROM store.page
WHERE page_id NOT IN (SELECT DISTINCT page_id FROM store.hit)
