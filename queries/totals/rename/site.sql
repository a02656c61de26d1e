-- title: Sites to rename
-- about: Each site with its rules, its hits, the first day whose hits are all kept (NULL: none is pruned), and the form
-- about: in which its clients are stored.
-- reads: store.hit, store.pruned, store.pruned_visit, store.pseudonym_key, store.site, store.visit
WITH client AS (
    SELECT site_id, client FROM store.hit
    UNION
    SELECT site_id, client FROM store.visit
    UNION
    SELECT site_id, client FROM store.pruned_visit
), form AS (
    SELECT
        site_id,
        count(*) FILTER (WHERE regexp_full_match(client, '[0-9a-f]{32}')) AS hashed,
        count(*) FILTER (WHERE regexp_full_match(client, '[0-9.]+|.*:.*|\*.*')) AS shortable,
        count(*) FILTER (WHERE regexp_full_match(client, '[0-9.]+[.]0|.*::|\*.*')) AS shortened
    FROM client
    GROUP BY site_id
), hit AS (
    SELECT site_id, count(*) AS hits FROM store.hit GROUP BY site_id
), pruned AS (
    SELECT site_id, max(day) AS pruned_before, sum(hits) AS hits FROM store.pruned GROUP BY site_id
)
SELECT
    site.site_id,
    site.name,
    site.timezone,
    site.week_start,
    site.visit_gap_s,
    site.online_window_s,
    site.article_rules,
    site.classified_by,
    pruned.pruned_before,
    CAST(coalesce(hit.hits, 0) + coalesce(pruned.hits, 0) AS BIGINT) AS hits,
    CASE
        WHEN form.hashed > 0 OR site.site_id IN (SELECT site_id FROM store.pseudonym_key) THEN 'hash'
        WHEN form.shortable > 0 AND form.shortened = form.shortable THEN 'truncate'
        WHEN form.site_id IS NOT NULL THEN 'full'
    END AS privacy
FROM store.site AS site
LEFT JOIN hit ON hit.site_id = site.site_id
LEFT JOIN pruned ON pruned.site_id = site.site_id
LEFT JOIN form ON form.site_id = site.site_id
ORDER BY site.name
