-- title: Pages of both sites
-- about: page_moved: each page of the old site that the new one has too, with the id of the latter; the others move to
-- about: the new site.
-- reads: store.page, {new_id}, {old_id}
-- makes: page_moved, store.hit, store.page
CREATE OR REPLACE TEMP TABLE page_moved AS
SELECT moved.page_id AS old_page_id, stays.page_id
FROM store.page AS moved
JOIN store.page AS stays ON stays.target_key = moved.target_key AND stays.site_id = {new_id}
WHERE moved.site_id = {old_id};

UPDATE store.hit AS hit
SET page_id = moved.page_id
FROM page_moved AS moved
WHERE hit.page_id = moved.old_page_id AND hit.site_id = {old_id};

DELETE FROM store.page
WHERE page_id IN (SELECT old_page_id FROM page_moved);

UPDATE store.page
SET site_id = {new_id}
WHERE site_id = {old_id}
