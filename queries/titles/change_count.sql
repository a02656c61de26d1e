-- title: How many titles change
-- about: How many of title_classified are new, how many are changed, and how many are of assets.
-- reads: title_classified
SELECT
    count(*) FILTER (WHERE NOT is_asset AND title_before IS NULL) AS new,
    count(*) FILTER (WHERE NOT is_asset AND title_before IS NOT NULL) AS changed,
    count(*) FILTER (WHERE is_asset) AS no_pages
FROM title_classified
