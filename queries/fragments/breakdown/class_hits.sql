-- title: Kept hits by time and class
-- about: A query of the kept hits of each site of `calendar`: earlier than the figure's period, in it, or later than
-- about: its time; by class, and for bots by the class of the bot. A local day is computed once for each minute.
-- reads: agents, calendar, hit_agents, $at
WITH minute AS (
    SELECT
        hit.site_id,
        hit.agent_id,
        hit.counts_as,
        date_trunc('minute', hit.logged_at) AS minute,
        hit.logged_at > $at AS is_later,
        hit.logged_at < calendar.window_from AS is_before_window,
        count(*) AS hits
    FROM hit_agents AS hit
    JOIN calendar ON calendar.site_id = hit.site_id
    GROUP BY
        hit.site_id,
        hit.agent_id,
        hit.counts_as,
        date_trunc('minute', hit.logged_at),
        hit.logged_at > $at,
        hit.logged_at < calendar.window_from
), timed AS (
    SELECT
        minute.site_id,
        CAST(minute.counts_as AS VARCHAR) AS counts_as,
        CASE WHEN minute.counts_as = 'bot' THEN coalesce(agents.bot_class, 'other') END AS bot_class,
        minute.hits,
        CASE
            WHEN minute.is_later THEN 'later'
            WHEN calendar.from_day IS NULL AND minute.is_before_window THEN 'earlier'
            WHEN {fragments/local_day(minute.minute, calendar.timezone)} < calendar.from_day THEN 'earlier'
            ELSE 'in period'
        END AS time
    FROM minute
    JOIN calendar ON calendar.site_id = minute.site_id
    JOIN agents ON agents.agent_id = minute.agent_id
)
SELECT site_id, time, counts_as, bot_class, sum(hits) AS hits
FROM timed
GROUP BY site_id, time, counts_as, bot_class
