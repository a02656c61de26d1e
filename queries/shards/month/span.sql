-- title: The span of a month's visits
-- about: month_span: the instants from which to which a store has to know the page views of a site to report its month:
-- about: from the day before to the day after it, and the whole of each visit of the month. A visit is in pieces where its
-- about: page views are of several keys, or where later hits are kept.
-- reads: $first_day, $next_month, $site, {hits}, {sites}, {visits}
-- makes: month_span
CREATE OR REPLACE TEMP TABLE month_span AS
WITH site AS (
    SELECT timezone, visit_gap_s * INTERVAL 1 SECOND AS gap FROM read_parquet({sites})
    WHERE site = $site
    LIMIT 1
), month AS (
    SELECT
        timezone,
        gap,
        {fragments/day_begins($first_day, timezone)} AS since,
        {fragments/day_begins($next_month, timezone)} AS until
    FROM site
), view AS (
    SELECT client, agent, first_at, last_at FROM read_parquet({visits}) WHERE site = $site
    UNION ALL
    SELECT client, agent, logged_at, logged_at FROM read_parquet({hits})
    WHERE site = $site AND hit_class = 'page view'
), border AS (
    SELECT unnest([since, until]) AS at, gap FROM month
), visitor AS (
    SELECT DISTINCT view.client, view.agent
    FROM view
    JOIN border ON view.first_at < border.at AND view.last_at >= border.at - border.gap
), marked AS (
    SELECT
        view.*,
        coalesce(view.first_at > max(view.last_at) OVER earlier + month.gap, true) AS begins
    FROM view
    JOIN visitor ON visitor.client = view.client AND visitor.agent = view.agent
    CROSS JOIN month
    WINDOW earlier AS (
        PARTITION BY view.client, view.agent ORDER BY view.first_at, view.last_at
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
), numbered AS (
    SELECT *, count_if(begins) OVER (PARTITION BY client, agent ORDER BY first_at, last_at ROWS UNBOUNDED PRECEDING) AS number
    FROM marked
), visit AS (
    SELECT min(first_at) AS first_at, max(last_at) AS last_at
    FROM numbered
    GROUP BY client, agent, number
), reach AS (
    SELECT min(visit.first_at) AS first_at, max(visit.last_at) AS last_at
    FROM visit
    JOIN month ON visit.first_at < month.until AND visit.last_at >= month.since
)
SELECT
    month.timezone,
    least(month.since - INTERVAL 1 DAY, coalesce(reach.first_at, month.since)) AS since,
    greatest(month.until, coalesce(reach.last_at, month.until)) AS until
FROM month, reach
