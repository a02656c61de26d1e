-- title: Titles of a former site
-- about: former_title: the titles that a site had when it became part of another one (is_own), and those of the other
-- about: site that they replaced. A date that became known since is kept.
-- reads: store.former_site, store.title, $moved_at, $old, {new_id}
-- makes: former_title
CREATE OR REPLACE TEMP TABLE former_title AS
WITH former AS (
    SELECT titles, replaced_titles FROM store.former_site WHERE name = $old AND moved_at = $moved_at
), given AS (
    SELECT unnest(titles, recursive := true), true AS is_own FROM former
    UNION ALL
    SELECT unnest(replaced_titles, recursive := true), false AS is_own FROM former
)
SELECT given.url, given.title, given.given, coalesce(current.published, given.published) AS published, given.is_own
FROM given
LEFT JOIN store.title AS current
    ON current.site_id = {new_id} AND current.url = given.url AND current.title = given.title
    AND current.given = given.given
