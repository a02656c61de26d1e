-- title: Most read articles
-- about: Views, readings and visitors of each article, or of each section, most read first. On a site with
-- about: rules for what is one article these are articles, elsewhere all pages. One visitor's views of an
-- about: article within 30 seconds of each other are one reading. The change is that of the views against
-- about: the period of the same length before; it is empty where the hits of a site do not reach back to the
-- about: day on which that begins. With --rising only what gained, and what gained most first. With --detail
-- about: also the visits that the article was looked at in, in how many it was the first page (entries) and
-- about: the last (exits; a visit that may still go on has none yet), and its views per visit. A visit is in
-- about: the entries or exits if that page view is of the period; of several in one second the first by
-- about: address is the first. With bots, what they got counts too, from the hits that are kept, but bots
-- about: make no visits.
-- params: since date = 30d, until date
-- param by choice(article|section) = article: A row for each article, or for each section.
-- param rising flag: Only what gained views over the period before, the largest gain first.
-- param detail flag: Also visits, entries, exits and views per visit.
-- param with_bots flag: Also count bots.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: the setting in logstats.toml, otherwise they count).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, {by}, title, views, readings, visitors, change
-- columns: visits if detail, entries if detail, exits if detail, views_per_visit if detail
WITH listed AS (
    SELECT
        article_id,
        CASE WHEN $by = 'article' THEN article_id ELSE 0 END AS told_id,
        CASE WHEN $by = 'section' THEN section ELSE '' END AS section
    FROM articles
    WHERE is_article
), looked AS (
    SELECT site_id, article_id, client, agent_id, logged_at FROM page_views
    UNION ALL
    SELECT site_id, article_id, client, agent_id, logged_at FROM bot_views
    WHERE $with_bots
), view AS (
    SELECT
        looked.site_id,
        looked.article_id,
        looked.client,
        looked.agent_id,
        looked.logged_at,
        lag(looked.logged_at) OVER (
            PARTITION BY looked.site_id, looked.article_id, looked.client, looked.agent_id
            ORDER BY looked.logged_at
        ) AS view_before
    FROM looked
    JOIN sites ON sites.site_id = looked.site_id
    WHERE looked.logged_at >= $since
        AND looked.logged_at < $until
        AND looked.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
), article_visitor AS (
    SELECT
        site_id,
        article_id,
        client,
        agent_id,
        count(*) AS views,
        count(*) FILTER (view_before IS NULL OR logged_at > view_before + INTERVAL 30 SECOND) AS readings
    FROM view
    GROUP BY site_id, article_id, client, agent_id
), visitor AS (
    SELECT
        looked.site_id,
        listed.told_id,
        listed.section,
        sum(looked.views) AS views,
        sum(looked.readings) AS readings
    FROM article_visitor AS looked
    JOIN listed ON listed.article_id = looked.article_id
    GROUP BY looked.site_id, listed.told_id, listed.section, looked.client, looked.agent_id
), read AS (
    SELECT site_id, told_id, section, sum(views) AS views, sum(readings) AS readings, count(*) AS visitors
    FROM visitor
    GROUP BY site_id, told_id, section
), looked_before AS (
    SELECT site_id, article_id, logged_at FROM page_views
    UNION ALL
    SELECT site_id, article_id, logged_at FROM bot_views
    WHERE $with_bots
), article_before AS (
    SELECT site_id, article_id, count(*) AS views
    FROM looked_before
    WHERE logged_at >= $before AND logged_at < $since
    GROUP BY site_id, article_id
), read_before AS (
    SELECT looked.site_id, listed.told_id, listed.section, sum(looked.views) AS views
    FROM article_before AS looked
    JOIN listed ON listed.article_id = looked.article_id
    GROUP BY looked.site_id, listed.told_id, listed.section
), site_known AS (
    SELECT
        sites.site_id,
        CASE WHEN $without_suspects THEN known.judged_from ELSE known.known_from END
            <= CAST(CAST($before AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE sites.timezone AS DATE) AS is_known
    FROM sites
    JOIN known ON known.site_id = sites.site_id
), moment AS (
    SELECT looked.site_id, looked.client, looked.agent_id, looked.logged_at, looked.article_id, 1 AS is_view,
        CAST(NULL AS TIMESTAMP) AS first_at, CAST(NULL AS TIMESTAMP) AS last_at
    FROM page_views AS looked
    JOIN sites ON sites.site_id = looked.site_id
    WHERE $detail
        AND looked.logged_at >= $since
        AND looked.logged_at < $until
        AND looked.logged_at <= $at
        AND ($site IS NULL OR sites.site = $site)
    UNION ALL
    SELECT site_id, client, agent_id, first_at AS logged_at, NULL AS article_id, 0 AS is_view, first_at, last_at
    FROM visits
    WHERE $detail AND last_at >= $since AND first_at < $until AND first_at <= $at
), of_visit AS (
    SELECT
        site_id,
        client,
        agent_id,
        logged_at,
        article_id,
        is_view,
        max(first_at) OVER (
            PARTITION BY site_id, client, agent_id ORDER BY logged_at, is_view
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS first_at,
        max(last_at) OVER (
            PARTITION BY site_id, client, agent_id ORDER BY logged_at, is_view
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS last_at
    FROM moment
), visit_view AS (
    SELECT looked.site_id, listed.told_id, listed.section, count(*) AS views
    FROM of_visit AS looked
    JOIN listed ON listed.article_id = looked.article_id
    WHERE looked.is_view = 1
        AND looked.logged_at <= looked.last_at  -- else its own visit is left out, with a suspect's
    GROUP BY looked.site_id, listed.told_id, listed.section, looked.client, looked.agent_id, looked.first_at
), visited AS (
    SELECT site_id, told_id, section, count(*) AS visits, sum(views) AS views
    FROM visit_view
    GROUP BY site_id, told_id, section
), edge AS (
    SELECT
        looked.site_id,
        arg_min(looked.article_id, (articles.article, looked.article_id)) AS article_id,
        1 AS entries,
        0 AS exits
    FROM of_visit AS looked
    JOIN articles ON articles.article_id = looked.article_id
    WHERE looked.is_view = 1 AND looked.logged_at = looked.first_at
    GROUP BY looked.site_id, looked.client, looked.agent_id, looked.first_at
    UNION ALL
    SELECT
        looked.site_id,
        arg_max(looked.article_id, (articles.article, looked.article_id)) AS article_id,
        0 AS entries,
        1 AS exits
    FROM of_visit AS looked
    JOIN articles ON articles.article_id = looked.article_id
    JOIN sites ON sites.site_id = looked.site_id
    WHERE looked.is_view = 1
        AND looked.logged_at = looked.last_at
        AND looked.last_at + sites.visit_gap_s * INTERVAL 1 SECOND < $at
    GROUP BY looked.site_id, looked.client, looked.agent_id, looked.last_at
), edges AS (
    SELECT edge.site_id, listed.told_id, listed.section, sum(edge.entries) AS entries, sum(edge.exits) AS exits
    FROM edge
    JOIN listed ON listed.article_id = edge.article_id
    GROUP BY edge.site_id, listed.told_id, listed.section
), compared AS (
    SELECT
        read.*,
        CASE WHEN site_known.is_known THEN CAST(read.views - coalesce(read_before.views, 0) AS BIGINT) END AS change
    FROM read
    JOIN site_known ON site_known.site_id = read.site_id
    LEFT JOIN read_before
        ON read_before.site_id = read.site_id
        AND read_before.told_id = read.told_id
        AND read_before.section = read.section
), ranked AS (
    SELECT *, CASE WHEN $rising THEN change ELSE 0 END AS gain
    FROM compared
    WHERE change > 0 OR NOT $rising
)
SELECT
    sites.site,
    coalesce(articles.article, ranked.section) AS told,
    articles.title,
    CAST(ranked.views AS BIGINT) AS views,
    CAST(ranked.readings AS BIGINT) AS readings,
    ranked.visitors,
    ranked.change,
    coalesce(visited.visits, 0) AS visits,
    CAST(coalesce(edges.entries, 0) AS BIGINT) AS entries,
    CAST(coalesce(edges.exits, 0) AS BIGINT) AS exits,
    round(CAST(visited.views AS DOUBLE) / CAST(visited.visits AS DOUBLE), 2) AS views_per_visit
FROM ranked
JOIN sites ON sites.site_id = ranked.site_id
LEFT JOIN articles ON articles.article_id = ranked.told_id
LEFT JOIN visited
    ON visited.site_id = ranked.site_id AND visited.told_id = ranked.told_id AND visited.section = ranked.section
LEFT JOIN edges
    ON edges.site_id = ranked.site_id AND edges.told_id = ranked.told_id AND edges.section = ranked.section
ORDER BY gain DESC, views DESC, readings DESC, visitors DESC, sites.site, told
LIMIT $limit
