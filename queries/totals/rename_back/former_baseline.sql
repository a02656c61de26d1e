-- title: Baselines of a former site
-- about: former_baseline: the baselines that a site had when it became part of another one.
-- reads: store.former_site, $moved_at, $old
-- makes: former_baseline
CREATE OR REPLACE TEMP TABLE former_baseline AS
SELECT unnest(baselines, recursive := true)
FROM store.former_site
WHERE name = $old AND moved_at = $moved_at
