-- title: Kept hits by time and class
-- about: A query of the kept hits of each site of `calendar`: earlier than the figure's period, in it, or later than
-- about: its time; those in it by class, and for bots by the class of the bot. A zone is at most a day ahead of UTC or
-- about: behind it, so a local day is computed only for hits within a day of the period's beginning.
-- reads: agents, calendar, hit_agents, $at
WITH border AS (
    SELECT
        *,
        coalesce(CAST(from_day AS TIMESTAMP) - INTERVAL 1 DAY, window_from) AS earlier_until,
        coalesce(CAST(from_day AS TIMESTAMP) + INTERVAL 1 DAY, window_from) AS period_from
    FROM calendar
), timed AS (
    SELECT
        hit.site_id,
        hit.agent_id,
        hit.counts_as,
        CASE
            WHEN hit.logged_at > $at THEN 3
            WHEN hit.logged_at >= border.period_from THEN 2
            WHEN hit.logged_at < border.earlier_until THEN 1
            WHEN {fragments/local_day(hit.logged_at, border.timezone)} < border.from_day THEN 1
            ELSE 2
        END AS time
    FROM hit_agents AS hit
    JOIN border ON border.site_id = hit.site_id
), counted AS (
    SELECT
        site_id,
        time,
        CASE WHEN time = 2 THEN counts_as END AS counts_as,
        CASE WHEN time = 2 AND counts_as = 'bot' THEN agent_id END AS bot_id,
        count(*) AS hits
    FROM timed
    GROUP BY
        site_id,
        time,
        CASE WHEN time = 2 THEN counts_as END,
        CASE WHEN time = 2 AND counts_as = 'bot' THEN agent_id END
)
SELECT
    counted.site_id,
    CASE counted.time WHEN 1 THEN 'earlier' WHEN 2 THEN 'in period' ELSE 'later' END AS time,
    CAST(counted.counts_as AS VARCHAR) AS counts_as,
    CASE WHEN counted.bot_id IS NOT NULL THEN coalesce(agents.bot_class, 'other') END AS bot_class,
    sum(counted.hits) AS hits
FROM counted
LEFT JOIN agents ON agents.agent_id = counted.bot_id
GROUP BY
    counted.site_id,
    counted.time,
    CAST(counted.counts_as AS VARCHAR),
    CASE WHEN counted.bot_id IS NOT NULL THEN coalesce(agents.bot_class, 'other') END
