-- title: A site without lines
-- about: Whether a site has no day and no baseline any more.
-- reads: store.baseline, store.day_total, $site_id
SELECT
    NOT EXISTS (SELECT 1 FROM store.day_total WHERE site_id = $site_id)
    AND NOT EXISTS (SELECT 1 FROM store.baseline WHERE site_id = $site_id) AS is_empty
