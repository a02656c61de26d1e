-- title: Most read articles
-- about: Views, readings and visitors of each article or section, most read first. Without article rules every page of
-- about: a site is an article. Views of an article by one visitor within 30 seconds of each other are one reading. The
-- about: change compares the views with those of an earlier period (--compare): the same weekdays, whole weeks before,
-- about: until the same time of day. It is empty where the hits of a site do not go back that far. --rising shows only
-- about: articles that gained views, the largest gain first. --detail adds the visits in which the article was viewed,
-- about: those that began (entries) and ended (exits) with it, and its views per visit. A visit is in the entries or
-- about: exits if that page view is in the period; a visit that may still continue has no exit yet. Of several page
-- about: views in one second the first by URL began the visit, and the last ended it. --with-bots adds the views of
-- about: bots, from the hits that are kept, but bots make no visits. --trend adds the views of each local day of the
-- about: period, as a list that ends with its last day; a terminal draws it.
-- reads: articles, bot_views, known, page_views, sites, utc_offsets, visits, $at, $before, $before_until, $by,
-- reads: $detail, $limit, $rising, $since, $site, $trend, $until, $with_bots, $without_suspects
-- params: since date = 30d, until date
-- param by choice(article|section) = article: A row for each article, or for each section.
-- param rising flag: Only what gained views over the earlier period, the largest gain first.
-- param compare choice(previous|year|none) = previous: With the weeks before, with those 52 weeks before, or not.
-- param detail flag: Also visits, entries, exits and views per visit.
-- param trend flag: Also the views of each day of the period.
-- param with_bots flag: Also count bots.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, {by}, title, views, readings, visitors, change if compare!=none
-- columns: visits if detail, entries if detail, exits if detail, views_per_visit if detail, trend if trend
-- bar: change if rising, views
WITH listed AS (
    SELECT
        article_id,
        CASE WHEN $by = 'article' THEN article_id ELSE 0 END AS row_id,
        CASE WHEN $by = 'section' THEN section ELSE '' END AS section
    FROM articles
    WHERE is_article
), views AS (
    {fragments/articles/views(page_views)}
), views_before AS (
    {fragments/articles/views_before(page_views)}
), visit_view AS (
    {fragments/articles/visit_view}
), visited AS (
    {fragments/articles/visited}
), edges AS (
    {fragments/articles/edges}
), trend AS (
    {fragments/articles/trend}
), compared AS (
    {fragments/articles/compared}
), ranked AS (
    SELECT *, CASE WHEN $rising THEN change ELSE 0 END AS gain
    FROM compared
    WHERE change > 0 OR NOT $rising
)
SELECT
    sites.site,
    coalesce(articles.article, ranked.section) AS label,
    articles.title,
    CAST(ranked.views AS BIGINT) AS views,
    CAST(ranked.readings AS BIGINT) AS readings,
    ranked.visitors,
    ranked.change,
    coalesce(visited.visits, 0) AS visits,
    CAST(coalesce(edges.entries, 0) AS BIGINT) AS entries,
    CAST(coalesce(edges.exits, 0) AS BIGINT) AS exits,
    round(CAST(visited.views AS DOUBLE) / CAST(visited.visits AS DOUBLE), 2) AS views_per_visit,
    trend.views AS trend
FROM ranked
JOIN sites ON sites.site_id = ranked.site_id
LEFT JOIN articles ON articles.article_id = ranked.row_id
LEFT JOIN visited
    ON visited.site_id = ranked.site_id AND visited.row_id = ranked.row_id AND visited.section = ranked.section
LEFT JOIN edges
    ON edges.site_id = ranked.site_id AND edges.row_id = ranked.row_id AND edges.section = ranked.section
LEFT JOIN trend
    ON trend.site_id = ranked.site_id AND trend.row_id = ranked.row_id AND trend.section = ranked.section
ORDER BY gain DESC, views DESC, readings DESC, visitors DESC, sites.site, label
LIMIT $limit
