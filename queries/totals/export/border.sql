-- title: The first days whose hits are exported
-- about: export_border: the first local day of each site whose hits are exported as hits, and its first instant; NULL
-- about: where only figures are exported. Of earlier days, and of days whose hits are pruned, there are figures alone.
-- reads: store.pruned, store.site, $hits_since
-- makes: export_border
CREATE OR REPLACE TEMP TABLE export_border AS
WITH pruned AS (
    SELECT site_id, max(day) AS day FROM store.pruned GROUP BY site_id
), border AS (
    SELECT
        site.site_id,
        site.timezone,
        CASE WHEN CAST($hits_since AS TIMESTAMP) IS NOT NULL THEN
            greatest({fragments/local_day(CAST($hits_since AS TIMESTAMP), site.timezone)}, pruned.day)
        END AS day
    FROM store.site AS site
    LEFT JOIN pruned ON pruned.site_id = site.site_id
)
SELECT site_id, day, {fragments/day_begins(day, timezone)} AS hits_from
FROM border
