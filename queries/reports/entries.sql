-- title: First articles of visits
-- about: In how many visits each article was the first, and their share of all visits that began in the period, in per
-- about: cent. Bounces are those that ended with that one page view. Of several page views in one second the first by URL
-- about: began the visit. With --by day each visit counts on the local day on which it began. As in `articles`, pages that
-- about: are not articles are left out if the site has article rules, but not of the sum of which share is a part.
-- reads: articles, page_views, sites, visits, $at, $by, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param by choice(article|day) = article: A row for each article, or for each article and day.
-- param top integer: Only the N articles of each site with the most visits in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, article, title, day if by=day, visits, share if by!=day, bounces
-- bar: visits
WITH edge AS (
    {fragments/entries/visit}
), ranked AS (
    {fragments/visits/by_article}
)
SELECT site, article, title, day, visits, share, bounces
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, visits DESC, site, article
LIMIT $limit
