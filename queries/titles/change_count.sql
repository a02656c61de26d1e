-- title: The numbers of titles that change
-- about: The numbers of titles of title_classified that are new, that are changed and that are of assets.
-- reads: title_classified
SELECT
    count(*) FILTER (WHERE NOT is_asset AND title_before IS NULL) AS new,
    count(*) FILTER (WHERE NOT is_asset AND title_before IS NOT NULL) AS changed,
    count(*) FILTER (WHERE is_asset) AS no_pages
FROM title_classified
