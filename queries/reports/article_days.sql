-- title: Articles by day
-- about: Views of each article on each local day, and those until the time of day of the report, by which a day that is
-- about: not over can be compared with one that is. As in `articles`, pages that are not articles are left out if the
-- about: site has article rules. Days whose hits are pruned have their stored views, and no views_by_clock. --top N shows
-- about: only the N articles of each site with the most views in the whole period.
-- reads: articles, page_views, pruned_article_days, sites, utc_offsets, $at, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param top integer: Only the N articles of each site with the most views in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, article, section, title, day, views, views_by_clock
-- bar: views
WITH time_of_report AS (
    {fragments/time_of_report}
), kept AS (
    SELECT
        page_views.site_id,
        page_views.article_id,
        CAST(page_views.logged_at + utc_offsets.utc_offset AS DATE) AS day,
        CAST(page_views.logged_at + utc_offsets.utc_offset AS TIME) <= time_of_report.time_of_day AS is_by_clock
    FROM page_views
    JOIN sites ON sites.site_id = page_views.site_id
    JOIN time_of_report ON time_of_report.site_id = page_views.site_id
    {fragments/with_utc_offset(page_views.site_id, page_views.logged_at)}
    WHERE {fragments/in_period(page_views.logged_at)}
), counted AS (
    SELECT site_id, article_id, day, count(*) AS views, count(*) FILTER (WHERE is_by_clock) AS views_by_clock
    FROM kept
    GROUP BY site_id, article_id, day
    UNION ALL
    SELECT pruned.site_id, pruned.article_id, pruned.day, pruned.views, NULL
    FROM pruned_article_days AS pruned
    JOIN sites ON sites.site_id = pruned.site_id
    WHERE {fragments/whole_day_in_period(pruned.day)}
), summed AS (
    SELECT site_id, article_id, sum(views) AS views
    FROM counted
    GROUP BY site_id, article_id
), listed AS (
    SELECT
        articles.article_id,
        articles.article,
        articles.section,
        articles.title,
        row_number() OVER (PARTITION BY summed.site_id ORDER BY summed.views DESC, articles.article) AS rank
    FROM summed
    JOIN articles ON articles.article_id = summed.article_id
    WHERE articles.is_article
)
SELECT
    sites.site,
    listed.article,
    listed.section,
    listed.title,
    counted.day,
    counted.views,
    counted.views_by_clock
FROM counted
JOIN listed ON listed.article_id = counted.article_id
JOIN sites ON sites.site_id = counted.site_id
WHERE $top IS NULL OR listed.rank <= $top
ORDER BY counted.day, counted.views DESC, sites.site, listed.article
LIMIT $limit
