-- title: The current titles
-- about: Replaces the stored titles by those of title_classified; of several titles of an article the last one is used.
-- about: A title that only got another date keeps its place among them.
-- reads: title_classified, store.title
-- makes: store.title
DELETE FROM store.title
WHERE (site_id, url) IN (SELECT (site_id, target) FROM title_classified);

INSERT INTO store.title BY NAME
SELECT
    site_id,
    target AS url,
    identity_key,
    title,
    CASE
        WHEN title = title_before THEN given_before
        ELSE (SELECT coalesce(max(given), 0) FROM store.title) + row_number() OVER (ORDER BY index)
    END AS given,
    published
FROM title_classified
WHERE NOT is_asset
