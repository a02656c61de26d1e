-- title: Pages with parameters
-- about: A query of the pages of `searched` that have a parameter.
-- reads: pages, searched
WITH page AS MATERIALIZED (
    {fragments/requested(searched)}
)
SELECT page_id, page
FROM page
WHERE NOT is_asset AND contains(page, '?') AND contains(page, '=')
