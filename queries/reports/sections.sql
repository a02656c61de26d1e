-- title: Most read sections
-- about: Views, readings and visitors of each section, most views first; with --by day the views of each section on each
-- about: local day. The change compares the views with those of an earlier period (--compare), as `articles --by section`
-- about: does. Views on days whose hits are pruned are the stored ones; a section with such views has no readings and
-- about: visitors. --top N shows only the N sections of each site with the most views in the whole period.
-- reads: articles, known, page_views, pruned_article_days, sites, utc_offsets, $at, $before, $before_until, $by,
-- reads: $limit, $since, $site, $top, $until, $without_suspects
-- params: since date = 30d, until date
-- param by choice(section|day) = section: A row for each section, or for each section and day.
-- param compare choice(previous|year|none) = previous: With the weeks before, with those 52 weeks before, or not.
-- param top integer: Only the N sections of each site with the most views in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, section, day if by=day, views, readings if by!=day, visitors if by!=day
-- columns: change if by!=day and compare!=none
-- bar: views
WITH counted AS (
    {fragments/sections/views}
), view_before AS (
    SELECT page_views.site_id, articles.section, count(*) AS views
    FROM page_views
    JOIN articles ON articles.article_id = page_views.article_id
    WHERE articles.is_article AND page_views.logged_at >= $before AND page_views.logged_at < $before_until
    GROUP BY page_views.site_id, articles.section
), summed AS (
    SELECT counted.*, sum(views) OVER (PARTITION BY site_id, section) AS all_views
    FROM counted
), ranked AS (
    SELECT
        sites.site,
        summed.section,
        summed.day,
        summed.views,
        summed.readings,
        summed.visitors,
        CASE
            WHEN CASE WHEN $without_suspects THEN known.suspects_from ELSE known.known_from END
                <= {fragments/local_day(CAST($before AS TIMESTAMP), sites.timezone)}
            THEN CAST(summed.views - coalesce(view_before.views, 0) AS BIGINT)
        END AS change,
        dense_rank() OVER (PARTITION BY summed.site_id ORDER BY summed.all_views DESC, summed.section) AS rank
    FROM summed
    JOIN sites ON sites.site_id = summed.site_id
    JOIN known ON known.site_id = summed.site_id
    LEFT JOIN view_before ON view_before.site_id = summed.site_id AND view_before.section = summed.section
)
SELECT site, section, day, views, readings, visitors, change
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, views DESC, site, section
LIMIT $limit
