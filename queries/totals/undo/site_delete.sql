-- title: Sites without a log
-- about: Deletes sites that have no day and no baseline, with their pages, articles and titles. Such a site can be
-- about: read again with another time zone.
-- reads: store.baseline, store.day_total, store.site
-- makes: undo_site, store.article, store.page, store.pseudonym, store.pseudonym_key, store.site, store.title
CREATE OR REPLACE TEMP TABLE undo_site AS
SELECT site_id
FROM store.site
WHERE site_id NOT IN (SELECT site_id FROM store.day_total)
    AND site_id NOT IN (SELECT site_id FROM store.baseline);

DELETE FROM store.page
WHERE site_id IN (SELECT site_id FROM undo_site);

DELETE FROM store.article
WHERE site_id IN (SELECT site_id FROM undo_site);

DELETE FROM store.pseudonym
WHERE site_id IN (SELECT site_id FROM undo_site);

DELETE FROM store.pseudonym_key
WHERE site_id IN (SELECT site_id FROM undo_site);

DELETE FROM store.title
WHERE site_id IN (SELECT site_id FROM undo_site);

DELETE FROM store.site
WHERE site_id IN (SELECT site_id FROM undo_site)
