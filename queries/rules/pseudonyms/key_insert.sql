-- title: A new key
-- about: Inserts the key of a site's local day or month, which ends at until_at.
-- reads: store.site, $key, $made_at, $period, $rotates, $site_id
-- makes: store.pseudonym_key
INSERT INTO store.pseudonym_key
SELECT
    site_id,
    $rotates,
    $period,
    $key,
    (CAST($period AS TIMESTAMP) + CASE $rotates WHEN 'monthly' THEN INTERVAL 1 MONTH ELSE INTERVAL 1 DAY END)
        AT TIME ZONE timezone AT TIME ZONE 'UTC',
    $made_at
FROM store.site
WHERE site_id = $site_id
