-- title: What a figure is made of
-- about: Of each site the shares of $figure at $at, in the order of the program's rules: every line that was read, and what
-- about: is left out one reason after another. A share is counted once; count NULL is a sum, and the last is the
-- about: figure. Rejects of logs whose lines tell their site are of none. $figure is online, today, week, month or
-- about: all; $without_suspects: suspects are left out of it.
-- reads: agents, baselines, day_totals, hit_agents, ingests, pruned_days, pruned_visits, rejects, sites, sources,
-- reads: viewers, visits, $at, $figure, $online_since, $site, $without_suspects
-- columns: site, step, count, sum, note
WITH clock AS (
    SELECT
        site_id,
        site,
        timezone,
        hits_from,
        CAST($at AS TIMESTAMP) - online_window_s * INTERVAL 1 SECOND AS window_from,
        CASE week_start WHEN 'sunday' THEN 1 ELSE 0 END AS week_shift,
        CAST(CAST($at AS TIMESTAMP) AT TIME ZONE 'UTC' AT TIME ZONE timezone AS DATE) AS at_day
    FROM sites
    WHERE $site IS NULL OR site = $site
), baseline AS (
    SELECT clock.site_id, baselines.on_day, baselines.visits
    FROM baselines
    JOIN clock ON clock.site_id = baselines.site_id AND baselines.on_day <= clock.at_day
    QUALIFY row_number() OVER (PARTITION BY clock.site_id ORDER BY baselines.on_day DESC) = 1
), calendar AS (
    SELECT
        clock.site_id,
        clock.timezone,
        clock.hits_from,
        clock.window_from,
        clock.at_day,
        CASE $figure
            WHEN 'today' THEN clock.at_day
            WHEN 'week' THEN CAST(date_trunc('week', clock.at_day + clock.week_shift) AS DATE) - clock.week_shift
            WHEN 'month' THEN CAST(date_trunc('month', clock.at_day) AS DATE)
            WHEN 'all' THEN DATE '0001-01-01'
        END AS from_day,
        baseline.on_day AS counted_from,
        coalesce(baseline.visits, 0) AS counted_before
    FROM clock
    LEFT JOIN baseline ON baseline.site_id = clock.site_id
), minute_hit AS (
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
), placed_hit AS (
    SELECT
        hit.site_id,
        CAST(hit.counts_as AS VARCHAR) AS counts_as,
        agents.bot_class,
        hit.hits,
        CASE
            WHEN hit.is_later THEN 'later'
            WHEN calendar.from_day IS NULL AND hit.is_before_window THEN 'before'
            WHEN CAST(hit.minute AT TIME ZONE 'UTC' AT TIME ZONE calendar.timezone AS DATE) < calendar.from_day
                THEN 'before'
            ELSE 'then'
        END AS place
    FROM minute_hit AS hit
    JOIN calendar ON calendar.site_id = hit.site_id
    JOIN agents ON agents.agent_id = hit.agent_id
), kept AS (
    SELECT
        calendar.site_id,
        coalesce(sum(hit.hits) FILTER (WHERE hit.place = 'before'), 0) AS before,
        coalesce(sum(hit.hits) FILTER (WHERE hit.place = 'later'), 0) AS later,
        coalesce(sum(hit.hits) FILTER (WHERE hit.place = 'then' AND hit.counts_as = 'internal'), 0) AS internal,
        coalesce(sum(hit.hits) FILTER (WHERE hit.place = 'then' AND hit.counts_as = 'asset'), 0) AS assets,
        coalesce(sum(hit.hits) FILTER (WHERE hit.place = 'then' AND hit.counts_as = 'method'), 0) AS methods,
        coalesce(sum(hit.hits) FILTER (WHERE hit.place = 'then' AND hit.counts_as = 'status'), 0) AS statuses,
        coalesce(sum(hit.hits) FILTER (WHERE hit.place = 'then' AND hit.counts_as = 'suspect'), 0) AS suspects,
        coalesce(sum(hit.hits) FILTER (WHERE hit.place = 'then' AND hit.counts_as = 'page view'), 0) AS page_views
    FROM calendar
    LEFT JOIN placed_hit AS hit ON hit.site_id = calendar.site_id
    GROUP BY calendar.site_id
), bot AS (
    SELECT site_id, bot_class, sum(hits) AS hits
    FROM placed_hit
    WHERE place = 'then' AND counts_as = 'bot'
    GROUP BY site_id, bot_class
), forgotten AS (
    SELECT
        calendar.site_id,
        coalesce(sum(pruned.hits) FILTER (WHERE coalesce(pruned.day < calendar.from_day, true)), 0) AS before,
        coalesce(sum(pruned.bot_hits) FILTER (WHERE pruned.day >= calendar.from_day), 0) AS bots,
        coalesce(sum(pruned.page_views) FILTER (WHERE pruned.day >= calendar.from_day), 0) AS page_views,
        coalesce(sum(pruned.hits) FILTER (WHERE pruned.day >= calendar.from_day), 0) AS hits
    FROM calendar
    LEFT JOIN pruned_days AS pruned ON pruned.site_id = calendar.site_id
    GROUP BY calendar.site_id
), read AS (
    SELECT site_id, sum(hits) AS hits
    FROM day_totals
    GROUP BY site_id
), refused_line AS (
    SELECT site, rejects AS stored, 0 AS found FROM sources
    UNION ALL
    SELECT site, 0, 1 FROM rejects
    UNION ALL
    SELECT site, 0, pruned_rejects FROM ingests
), refused AS (
    SELECT site, sum(stored) AS stored, sum(found) AS found
    FROM refused_line
    GROUP BY site
), begun AS (
    SELECT visits.site_id, visits.client, visits.agent_id, visits.first_at
    FROM visits
    JOIN calendar ON calendar.site_id = visits.site_id
    WHERE visits.day >= calendar.from_day AND visits.first_at <= $at
), view AS (
    SELECT site_id, client, agent_id, logged_at AS first_at FROM viewers
    UNION ALL
    SELECT site_id, client, agent_id, first_at FROM pruned_visits
), visitor_online AS (
    SELECT DISTINCT viewers.site_id, viewers.client, viewers.agent_id
    FROM viewers
    JOIN calendar ON calendar.site_id = viewers.site_id
    WHERE calendar.from_day IS NULL
        AND viewers.logged_at >= $online_since
        AND viewers.logged_at >= calendar.window_from
        AND viewers.logged_at <= $at
), first_view AS (
    SELECT begun.site_id
    FROM begun
    SEMI JOIN view
        ON view.site_id = begun.site_id
        AND view.client = begun.client
        AND view.agent_id = begun.agent_id
        AND view.first_at = begun.first_at
    UNION ALL
    SELECT site_id FROM visitor_online
), visit AS (
    SELECT site_id, count(*) AS visits
    FROM first_view
    GROUP BY site_id
), counted_before AS (
    SELECT total.site_id, sum(total.visits) AS visits
    FROM day_totals AS total
    JOIN calendar ON calendar.site_id = total.site_id AND total.day < calendar.counted_from
    GROUP BY total.site_id
), share AS (
    SELECT clock.site, 10 AS place, 'lines' AS step, coalesce(read.hits, 0) + coalesce(refused.stored, 0) AS count,
        'all that were read' AS note
    FROM clock
    LEFT JOIN read ON read.site_id = clock.site_id
    LEFT JOIN refused ON refused.site = clock.site
    UNION ALL
    SELECT site, 10, 'lines', stored, 'of logs that tell the site in each line'
    FROM refused
    WHERE site IS NULL AND $site IS NULL AND stored > 0
    UNION ALL
    SELECT clock.site, 20, 'rejects', -coalesce(refused.found, 0), 'not understood, so of no known time: all there are'
    FROM clock
    LEFT JOIN refused ON refused.site = clock.site
    UNION ALL
    SELECT site, 20, 'rejects', -found, 'not understood, so of no known site and time'
    FROM refused
    WHERE site IS NULL AND $site IS NULL AND stored > 0
    UNION ALL
    SELECT clock.site, told.place, told.step, told.count, told.note
    FROM clock
    JOIN (
        SELECT site_id, 31 AS place, 'hits before' AS step, -before AS count, 'of an earlier time' AS note FROM kept
        UNION ALL
        SELECT site_id, 32, 'hits later', -later, 'behind the instant of the figure' FROM kept
        UNION ALL
        SELECT site_id, 41, concat('bots: ', coalesce(bot_class, 'other')), -hits, NULL FROM bot
        UNION ALL
        SELECT site_id, 51, 'internal', -internal, 'addresses that are no visitors' FROM kept
        UNION ALL
        SELECT site_id, 52, 'assets', -assets, 'images, styles, scripts and the like' FROM kept
        UNION ALL
        SELECT site_id, 53, 'other methods', -methods, 'not GET' FROM kept
        UNION ALL
        SELECT site_id, 54, 'other statuses', -statuses, 'neither 2xx nor 304' FROM kept
        UNION ALL
        SELECT site_id, 56, 'suspects', -suspects, 'page views of visitors who behave unlike people'
        FROM kept
        WHERE $without_suspects
        UNION ALL
        SELECT site_id, 60, 'page views', NULL, NULL FROM kept
        UNION ALL
        SELECT kept.site_id, 70, 'further page views',
            coalesce(visit.visits, 0) - kept.page_views - forgotten.page_views, 'of visits that had begun'
        FROM kept
        JOIN forgotten ON forgotten.site_id = kept.site_id
        LEFT JOIN visit ON visit.site_id = kept.site_id
        UNION ALL
        SELECT site_id, 80, 'visits', NULL, NULL FROM calendar WHERE $figure = 'all'
        UNION ALL
        SELECT calendar.site_id, 81, 'visits before the baseline', -coalesce(counted_before.visits, 0),
            concat('before ', calendar.counted_from, ', which the baseline holds')
        FROM calendar
        LEFT JOIN counted_before ON counted_before.site_id = calendar.site_id
        WHERE $figure = 'all' AND calendar.counted_from > calendar.from_day
        UNION ALL
        SELECT site_id, 82, 'baseline', counted_before, 'what the old counter said' FROM calendar WHERE $figure = 'all'
        UNION ALL
        SELECT site_id, 99, $figure, NULL, NULL FROM calendar
    ) AS told ON told.site_id = clock.site_id
    UNION ALL
    SELECT clock.site, told.place, told.step, told.count, told.note
    FROM clock
    JOIN (
        SELECT site_id, 30 AS place, 'pruned hits before' AS step, -before AS count, 'of an earlier time' AS note
        FROM forgotten
        UNION ALL
        SELECT site_id, 40, 'pruned bots', -bots, 'of which class is not known any more' FROM forgotten
        UNION ALL
        SELECT site_id, 55, 'pruned, no page views', bots + page_views - hits,
            'for which reason is not known any more'
        FROM forgotten
    ) AS told ON told.site_id = clock.site_id
    WHERE clock.hits_from IS NOT NULL
)
SELECT
    site,
    step,
    CAST(count AS BIGINT) AS count,
    CAST(sum(count) OVER (
        PARTITION BY site ORDER BY place, count, step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS sum,
    note
FROM share
ORDER BY site NULLS LAST, place, count, step
