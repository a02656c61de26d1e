-- title: Last articles of visits
-- about: In how many visits each article was the last, and their share of all visits that ended in the period, in per
-- about: cent. A visit that may still continue has no last article yet. Of several page views in one second the last by
-- about: URL ended the visit. With --by day each visit counts on the local day of its last page view. As in `articles`,
-- about: pages that are not articles are left out if the site has article rules, but not of the sum of which share is a
-- about: part.
-- reads: articles, page_views, sites, visits, $at, $by, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param by choice(article|day) = article: A row for each article, or for each article and day.
-- param top integer: Only the N articles of each site with the most visits in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, article, title, day if by=day, visits, share if by!=day
-- bar: visits
WITH edge AS (
    {fragments/exits/visit}
), ranked AS (
    {fragments/visits/by_article}
)
SELECT site, article, title, day, visits, share
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, visits DESC, site, article
LIMIT $limit
