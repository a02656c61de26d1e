-- title: Countries
-- about: Visits by the country of the client IP, as a code of two letters, and their share of all visits in per cent. It is
-- about: looked up when the report runs, in the database that `[geo]` of logstats.toml names. `local` are addresses of
-- about: private networks, `unknown` those that are not in the database, and hosts' names. Sites that store pseudonyms
-- about: (`privacy = "hash"`) have no countries.
-- reads: client_country, sites, visits, $at, $limit, $since, $site, $until
-- params: since date = 30d, until date
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, country, visits, share
-- bar: visits
WITH counted AS (
    SELECT sites.site, client_country.country, count(*) AS visits
    FROM visits
    JOIN sites ON sites.site_id = visits.site_id
    JOIN client_country ON client_country.client = visits.client
    WHERE {fragments/in_period(visits.first_at)}
    GROUP BY sites.site, client_country.country
), totalled AS (
    SELECT *, sum(visits) OVER (PARTITION BY site) AS all_visits
    FROM counted
)
SELECT
    site,
    country,
    visits,
    round(100 * CAST(visits AS DOUBLE) / CAST(all_visits AS DOUBLE), 2) AS share
FROM totalled
ORDER BY visits DESC, site, country
LIMIT $limit
