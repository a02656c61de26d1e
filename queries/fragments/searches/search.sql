-- title: Searches of the period
-- about: A query of the searches among the page views of `searched`, each with its local day with $by 'day', and whether
-- about: the next page that the visitor viewed within the visit is no search. Page views of the same words one after the
-- about: other, such as the second page of the results, are one search.
-- reads: pages, search_words, searched, sites, $by
WITH visitor AS (
    SELECT DISTINCT searched.site_id, searched.client, searched.agent_id
    FROM searched
    JOIN search_words ON search_words.page_id = searched.page_id
), visited AS MATERIALIZED (
    SELECT searched.*
    FROM searched
    SEMI JOIN visitor
        ON visitor.site_id = searched.site_id
        AND visitor.client = searched.client
        AND visitor.agent_id = searched.agent_id
), visited_page AS MATERIALIZED (
    {fragments/requested(visited)}
), view AS (
    SELECT visited.*, search_words.words, visited_page.page
    FROM visited
    JOIN visited_page ON visited_page.page_id = visited.page_id
    LEFT JOIN search_words ON search_words.page_id = visited.page_id
), following AS (
    SELECT
        view.*,
        sites.timezone,
        coalesce(view.logged_at <= lag(view.logged_at) OVER in_order + sites.visit_gap_s * INTERVAL 1 SECOND, false)
            AS continues,
        lag(view.words) OVER in_order AS words_before
    FROM view
    JOIN sites ON sites.site_id = view.site_id
    WINDOW in_order AS (
        PARTITION BY view.site_id, view.client, view.agent_id ORDER BY view.logged_at, view.page, view.page_id
    )
), step AS (
    SELECT
        *,
        lead(words IS NULL AND continues) OVER (
            PARTITION BY site_id, client, agent_id ORDER BY logged_at, page, page_id
        ) AS leads_on
    FROM following
    WHERE NOT continues OR words IS NULL OR words_before IS NULL OR words <> words_before
)
SELECT
    site_id,
    client,
    agent_id,
    words,
    CASE WHEN $by = 'day' THEN {fragments/local_day(logged_at, timezone)} END AS day,
    coalesce(leads_on, false) AS is_found
FROM step
WHERE words IS NOT NULL
