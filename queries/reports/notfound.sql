-- title: Missing pages
-- about: Pages that were answered with 404 (not found) or 410 (gone), those that most people requested first: hits, those
-- about: of bots among them, the page of the site and the other site that most people came from, and when the page was
-- about: first and last requested in the period. Suggested is a viewed article with the same id in its URL, or with nearly
-- about: the same words in its last part, for the first 100 rows of each site that are no assets. With --by day there is a
-- about: row for each local day; from_page and from_host are those of the whole period. --top N shows only the N pages of
-- about: each site with the most hits of people in the whole period.
-- reads: articles, classified_hits, pages, referrers, sites, utc_offsets, $at, $by, $limit, $own_hosts, $since, $site,
-- reads: $top, $until
-- params: since date = 30d, until date
-- param by choice(page|day) = page: A row for each page, or for each page and day.
-- param top integer: Only the N pages of each site with the most hits of people in the whole period.
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, status, page, day if by=day, hits, bot_hits, from_page, from_host, first_seen, last_seen
-- columns: suggestion if by!=day
-- bar: hits
WITH site_host AS (
    {fragments/site_hosts}
), missing AS (
    {fragments/notfound/missing}
), came_from AS (
    {fragments/notfound/came_from}
), counted AS (
    SELECT
        site_id, status, page_id, day,
        count(*) AS hits, count(*) FILTER (WHERE is_bot) AS bot_hits, count(*) FILTER (WHERE NOT is_bot) AS people,
        min(logged_at) AS first_seen, max(logged_at) AS last_seen
    FROM missing
    GROUP BY site_id, status, page_id, day
), totalled AS (
    SELECT
        counted.*, sites.site, pages.page, pages.is_asset,
        sum(people) OVER same_page AS all_people, sum(hits) OVER same_page AS all_hits
    FROM counted
    JOIN pages ON pages.page_id = counted.page_id
    JOIN sites ON sites.site_id = counted.site_id
    WINDOW same_page AS (PARTITION BY counted.site_id, counted.status, counted.page_id)
), ranked AS (
    SELECT
        *,
        dense_rank() OVER (PARTITION BY site_id ORDER BY all_people DESC, all_hits DESC, status, page) AS rank
    FROM totalled
), searched_for AS (
    SELECT DISTINCT site_id, page_id, page
    FROM ranked
    WHERE NOT is_asset AND $by <> 'day' AND rank <= coalesce($top, 100) AND rank <= coalesce($limit, 100) AND rank <= 100
), suggested AS (
    {fragments/notfound/suggestion}
)
SELECT
    ranked.site,
    ranked.status,
    ranked.page,
    ranked.day,
    ranked.hits,
    ranked.bot_hits,
    came_from.from_page,
    came_from.from_host,
    ranked.first_seen,
    ranked.last_seen,
    suggested.article AS suggestion
FROM ranked
LEFT JOIN came_from
    ON came_from.site_id = ranked.site_id
    AND came_from.status = ranked.status
    AND came_from.page_id = ranked.page_id
LEFT JOIN suggested ON suggested.page_id = ranked.page_id
WHERE $top IS NULL OR ranked.rank <= $top
ORDER BY ranked.day, ranked.people DESC, ranked.hits DESC, ranked.site, ranked.status, ranked.page
LIMIT $limit
