-- title: Readings of listed articles
-- about: The readings of some articles in a period, and the change of their views over the earlier period, as the report
-- about: `articles` has them.
-- reads: articles, bot_views, known, page_views, sites, $article_ids, $at, $before, $before_until, $since, $site, $until,
-- reads: $with_bots, $without_suspects
-- params: since date, until date
-- param with_bots flag: Also count bots.
-- param without_suspects flag: Leave out suspects.
-- columns: article_id, readings, change
WITH listed AS (
    SELECT article_id, article_id AS row_id, '' AS section
    FROM articles
    WHERE list_contains($article_ids, article_id)
), listed_view AS (
    SELECT viewed.*
    FROM page_views AS viewed
    JOIN listed ON listed.article_id = viewed.article_id
), views AS (
    {fragments/articles/views(listed_view)}
), views_before AS (
    {fragments/articles/views_before(listed_view)}
), compared AS (
    {fragments/articles/compared}
)
SELECT row_id AS article_id, CAST(readings AS BIGINT) AS readings, change
FROM compared
ORDER BY article_id
