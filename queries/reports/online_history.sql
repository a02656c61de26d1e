-- title: Online through the day
-- about: How many visitors were online at each step: those with a page view in the online window before it, as in the
-- about: figure. Of days whose hits are pruned the steps of ten minutes are kept; hits that were logged there later, and
-- about: two sites that became one, add up. Steps that are not known are left out, such as days of which only the
-- about: figures were imported.
-- reads: day_totals, pruned_days, pruned_hours, pruned_online, sites, viewers, $at, $limit, $since, $site, $step, $until
-- params: since date = today, until date
-- param step choice(10min|20min|30min|60min) = 10min: The time from row to row.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer: Show at most N rows; 0 shows all.
-- columns: site, at, online
-- bar: online
WITH site AS (
    SELECT sites.site_id, sites.site, sites.timezone, sites.online_window_s, sites.hits_from, min(total.day) AS first_day
    FROM sites
    JOIN day_totals AS total ON total.site_id = sites.site_id
    WHERE $site IS NULL OR sites.site = $site
    GROUP BY ALL
), step AS (
    SELECT
        site_id,
        unnest(generate_series(
            time_bucket(
                INTERVAL 1 HOUR,
                greatest($since, {fragments/day_begins(first_day, timezone)})
            ),
            least($at, $until),
            CAST($step AS INTERVAL)
        )) AS step_at
    FROM site
), known_step AS (
    SELECT step.site_id, site.site, step.step_at
    FROM step
    JOIN site ON site.site_id = step.site_id
    ANTI JOIN (
        SELECT site_id, day FROM pruned_days WHERE page_views > 0
        EXCEPT
        SELECT site_id, day FROM pruned_hours
        UNION
        SELECT site_id, day FROM pruned_days WHERE imported_views > 0
    ) AS unknown
        ON unknown.site_id = step.site_id AND unknown.day = {fragments/local_day(step.step_at, site.timezone)}
    ANTI JOIN (
        SELECT site_id FROM pruned_days WHERE imported_views > 0
    ) AS imported
        ON imported.site_id = step.site_id
        AND step.step_at BETWEEN site.hits_from AND site.hits_from + site.online_window_s * INTERVAL 1 SECOND
    WHERE step.step_at >= greatest($since, {fragments/day_begins(site.first_day, site.timezone)})
        AND step.step_at < $until
), seen AS (
    SELECT viewers.site_id, viewers.client, viewers.agent_id, viewers.logged_at, site.online_window_s, site.hits_from
    FROM viewers
    JOIN site ON site.site_id = viewers.site_id
    WHERE viewers.logged_at >= greatest($since, TIMESTAMP '0001-01-03') - site.online_window_s * INTERVAL 1 SECOND
        AND viewers.logged_at <= $at
), counted AS (
    SELECT site_id, step_at, online FROM (
        {fragments/online_step(INTERVAL 10 MINUTE)}
    )
    UNION ALL
    SELECT site_id, step_at, online FROM pruned_online
), summed AS (
    SELECT site_id, step_at, sum(online) AS online
    FROM counted
    GROUP BY site_id, step_at
)
SELECT
    known_step.site,
    known_step.step_at AS at,
    CAST(coalesce(summed.online, 0) AS BIGINT) AS online
FROM known_step
LEFT JOIN summed ON summed.site_id = known_step.site_id AND summed.step_at = known_step.step_at
ORDER BY known_step.site, known_step.step_at
LIMIT $limit
