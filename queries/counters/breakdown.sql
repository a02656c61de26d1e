-- title: The breakdown of a figure
-- about: The steps of $figure of each site at $at, in the order of the rules: all lines that were read, and the lines
-- about: that each rule leaves out. A line is counted in one step; a step without a count is a sum, and the last is the
-- about: figure. Rejects of logs whose lines name their sites belong to no site. $figure is online, today, week, month
-- about: or all; with $without_suspects it leaves out suspects.
-- reads: agents, baselines, day_totals, hit_agents, ingests, pruned_days, pruned_visits, rejects, sites, sources,
-- reads: viewers, visits, $at, $figure, $online_since, $site, $without_suspects
-- columns: site, step, count, sum, note
WITH clock AS (
    {fragments/clock}
), baseline AS (
    {fragments/baseline_in_force}
), calendar AS (
    SELECT
        clock.site_id,
        clock.timezone,
        clock.hits_from,
        clock.window_from,
        CASE $figure
            WHEN 'today' THEN clock.at_day
            WHEN 'week' THEN {fragments/week_start(clock.at_day, clock.week_shift)}
            WHEN 'month' THEN {fragments/month_start(clock.at_day)}
            WHEN 'all' THEN DATE '0001-01-01'
        END AS from_day,
        baseline.on_day AS counted_from,
        coalesce(baseline.visits, 0) AS counted_before
    FROM clock
    LEFT JOIN baseline ON baseline.site_id = clock.site_id
), class_hits AS (
    {fragments/breakdown/class_hits}
), pruned AS (
    {fragments/breakdown/pruned}
), reject AS (
    {fragments/breakdown/rejects}
), visit AS (
    {fragments/breakdown/visits}
), step AS (
    {fragments/breakdown/hit_steps}
    UNION ALL
    {fragments/breakdown/pruned_steps}
    UNION ALL
    {fragments/breakdown/visit_steps}
), share AS (
    {fragments/breakdown/line_steps}
    UNION ALL
    SELECT clock.site, step.position, step.step, step.count, step.note
    FROM clock
    JOIN step ON step.site_id = clock.site_id
)
SELECT
    site,
    step,
    CAST(count AS BIGINT) AS count,
    CAST(sum(count) OVER (
        PARTITION BY site ORDER BY position, count, step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS sum,
    note
FROM share
ORDER BY site NULLS LAST, position, count, step
