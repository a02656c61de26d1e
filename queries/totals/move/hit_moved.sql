-- title: Hits of the runs
-- about: Gives the hits of the runs to the new site, with a page of that site for each of their pages; pages of the old
-- about: site without another hit are deleted. move_page: each page of the hits with the new one; is_new: it is to insert.
-- reads: move_run, store.hit, store.page, {new_id}, {old_id}
-- makes: move_page, store.hit, store.page
CREATE OR REPLACE TEMP TABLE move_page AS
SELECT
    page.page_id AS old_page_id,
    coalesce(
        known.page_id,
        (SELECT max(page_id) FROM store.page) + row_number() OVER (ORDER BY known.page_id NULLS FIRST, page.page_id)
    ) AS page_id,
    known.page_id IS NULL AS is_new
FROM store.page AS page
LEFT JOIN store.page AS known ON known.target_key = page.target_key AND known.site_id = {new_id}
WHERE page.page_id IN (
    SELECT page_id FROM store.hit WHERE site_id = {old_id} AND ingest_id IN (FROM move_run)
);

INSERT INTO store.page
SELECT moved.page_id, {new_id}, page.target_key, page.target, page.is_asset, NULL
FROM store.page AS page
JOIN move_page AS moved ON moved.old_page_id = page.page_id AND moved.is_new;

UPDATE store.hit AS hit
SET site_id = {new_id}, page_id = moved.page_id
FROM move_page AS moved
WHERE hit.site_id = {old_id} AND hit.page_id = moved.old_page_id AND hit.ingest_id IN (FROM move_run);

DELETE FROM store.page
WHERE page_id IN (SELECT old_page_id FROM move_page) AND page_id NOT IN (SELECT page_id FROM store.hit)
