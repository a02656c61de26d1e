-- title: New and changed titles
-- about: title_given: the URLs and titles that were given, in order, each with the stored title. Unchanged titles are
-- about: left out. A date that $is_local is in the zone of its site; where no date was given, the stored one stays.
-- reads: store.site, store.title, $is_local, $published, $sites, $targets, $titles
-- makes: title_given
CREATE OR REPLACE TEMP TABLE title_given AS
WITH listed AS (
    SELECT
        unnest($sites) AS site_id,
        unnest($targets) AS target,
        unnest($titles) AS title,
        unnest(CAST($published AS TIMESTAMP[])) AS published,
        unnest($is_local) AS is_local,
        unnest(range(len($sites))) AS index
), given AS (
    SELECT
        listed.* EXCLUDE (published, is_local),
        CASE
            WHEN listed.is_local THEN listed.published AT TIME ZONE site.timezone AT TIME ZONE 'UTC'
            ELSE listed.published
        END AS published
    FROM listed
    JOIN store.site AS site ON site.site_id = listed.site_id
)
SELECT
    given.site_id,
    given.target,
    given.title,
    coalesce(given.published, known.published) AS published,
    given.index,
    known.title AS title_before,
    known.given AS given_before
FROM given
LEFT JOIN store.title AS known ON known.site_id = given.site_id AND known.url = given.target
WHERE known.title IS DISTINCT FROM given.title
    OR (given.published IS NOT NULL AND known.published IS DISTINCT FROM given.published)
