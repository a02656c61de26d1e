-- title: The current titles
-- about: Replaces the stored titles by those of title_classified; of several titles of an article the last one is used.
-- reads: title_classified, store.title
-- makes: store.title
DELETE FROM store.title
WHERE (site_id, url) IN (SELECT (site_id, target) FROM title_classified);

INSERT INTO store.title
SELECT
    site_id,
    target,
    identity_key,
    title,
    (SELECT coalesce(max(given), 0) FROM store.title) + row_number() OVER (ORDER BY index)
FROM title_classified
WHERE NOT is_asset
