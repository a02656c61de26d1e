-- title: What readers searched for
-- about: Words that people searched for on the site itself, by the parameters `q`, `keyword`, `tukhoa`, `search` or `s` of
-- about: a page: decoded, in lower case. Found are the searches after which the visitor viewed a page that is no search
-- about: within the same visit. Results of the same words one after the other are one search. A search may hold a name or
-- about: a telephone number: words that fewer visitors than --min-searches searched for in the whole period are not shown,
-- about: but counted together in a row without words. --top N shows only the N words of each site with the most searches.
-- reads: classified_hits, pages, sites, $at, $by, $limit, $min_searches, $since, $site, $top, $until
-- of: people
-- params: since date = 30d, until date
-- param by choice(words|day) = words: A row for each search, or for each search and day.
-- param min_searches integer = 3: Show only words that at least N visitors searched for.
-- param top integer: Only the N words of each site with the most searches in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, words, day if by=day, searches, visitors if by!=day, found if by!=day
-- bar: searches
WITH searched AS NOT MATERIALIZED (
    {fragments/searches/searched}
), viewed_page AS MATERIALIZED (
    {fragments/searches/viewed_page}
), search_words AS MATERIALIZED (
    {fragments/searches/words}
), search AS (
    {fragments/searches/search}
), shared AS (
    SELECT site_id, words
    FROM (SELECT DISTINCT site_id, words, client, agent_id FROM search)
    GROUP BY site_id, words
    HAVING count(*) >= $min_searches
), visitor AS (
    SELECT
        search.site_id, shared.words, search.day, search.client, search.agent_id,
        count(*) AS searches, count(*) FILTER (WHERE search.is_found) AS found
    FROM search
    LEFT JOIN shared ON shared.site_id = search.site_id AND shared.words = search.words
    GROUP BY search.site_id, shared.words, search.day, search.client, search.agent_id
), summed AS (
    SELECT
        site_id, words, day,
        CAST(sum(searches) AS BIGINT) AS searches, count(*) AS visitors, CAST(sum(found) AS BIGINT) AS found
    FROM visitor
    GROUP BY site_id, words, day
), totalled AS (
    SELECT *, sum(searches) OVER (PARTITION BY site_id, words) AS all_searches
    FROM summed
), ranked AS (
    SELECT
        sites.site, totalled.*,
        dense_rank() OVER (
            PARTITION BY totalled.site_id, totalled.words IS NULL ORDER BY totalled.all_searches DESC, totalled.words
        ) AS rank
    FROM totalled
    JOIN sites ON sites.site_id = totalled.site_id
)
SELECT site, words, day, searches, visitors, found
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, searches DESC, site, words
LIMIT $limit
