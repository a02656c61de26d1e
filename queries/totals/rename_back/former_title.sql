-- title: Titles of a former site
-- about: former_title: the titles that a site had when it became part of another one (is_own), and those of the other
-- about: site that they replaced.
-- reads: store.former_site, $moved_at, $old
-- makes: former_title
CREATE OR REPLACE TEMP TABLE former_title AS
WITH former AS (
    SELECT titles, replaced_titles FROM store.former_site WHERE name = $old AND moved_at = $moved_at
)
SELECT unnest(titles, recursive := true), true AS is_own FROM former
UNION ALL
SELECT unnest(replaced_titles, recursive := true), false AS is_own FROM former
