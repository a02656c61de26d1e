-- title: New and changed titles
-- about: title_given: the URLs and titles that were given, in order, each with the stored title. Unchanged titles are
-- about: left out.
-- reads: store.title, $sites, $targets, $titles
-- makes: title_given
CREATE OR REPLACE TEMP TABLE title_given AS
WITH given AS (
    SELECT
        unnest($sites) AS site_id,
        unnest($targets) AS target,
        unnest($titles) AS title,
        unnest(range(len($sites))) AS index
)
SELECT given.site_id, given.target, given.title, given.index, known.title AS title_before
FROM given
LEFT JOIN store.title AS known ON known.site_id = given.site_id AND known.url = given.target
WHERE known.title IS DISTINCT FROM given.title
