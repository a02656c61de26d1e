-- title: Titles that are new, or others than before
-- about: title_given: the addresses that were given, in their order, with the title and the one that the store has.
-- about: Where both are the same nothing is to be done.
-- reads: store.title, $sites, $targets, $titles
-- makes: title_given
CREATE OR REPLACE TEMP TABLE title_given AS
WITH given AS (
    SELECT
        unnest($sites) AS site_id,
        unnest($targets) AS target,
        unnest($titles) AS title,
        unnest(range(len($sites))) AS place
)
SELECT given.site_id, given.target, given.title, given.place, known.title AS title_before
FROM given
LEFT JOIN store.title AS known ON known.site_id = given.site_id AND known.url = given.target
WHERE known.title IS DISTINCT FROM given.title
