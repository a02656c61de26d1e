-- title: How much titles change
-- about: How many of title_classified are new, how many are others than before, and how many are of no page.
-- reads: title_classified
SELECT
    count(*) FILTER (WHERE NOT is_asset AND title_before IS NULL) AS new,
    count(*) FILTER (WHERE NOT is_asset AND title_before IS NOT NULL) AS changed,
    count(*) FILTER (WHERE is_asset) AS no_pages
FROM title_classified
