-- title: A baseline to remove
-- about: Deletes every baseline of a site and day.
-- reads: store.site, $on_day, $site
-- makes: store.baseline
DELETE FROM store.baseline
WHERE on_day = $on_day AND site_id = (SELECT site_id FROM store.site WHERE name = $site)
