-- title: What hits counted as, and how they were answered
-- about: Hits by what they count as (`page view`, or the first reason why a hit is not one), by the class of the bot, and
-- about: by the status of the answer; with --by day on each local day. Without suspects, their page views count as
-- about: `suspect`. --top N shows only the N of these of each site with the most hits in the whole period.
-- reads: agents, classified_hits, sites, utc_offsets, $at, $by, $limit, $since, $site, $top, $until
-- params: since date = 30d, until date
-- param by choice(answer|day) = answer: A row for each answer, or for each answer and day.
-- param top integer: Only the N answers of each site with the most hits in the whole period.
-- param without_suspects flag: Leave out visitors listed by `logstats suspects` (default: as in logstats.toml).
-- param limit integer = 20: Show at most N rows; 0 shows all.
-- columns: site, day if by=day, counts_as, bot_class, status, hits
-- bar: hits
WITH answer AS (
    SELECT
        hit.site_id,
        CASE WHEN $by = 'day' THEN CAST(hit.logged_at + utc_offsets.utc_offset AS DATE) END AS day,
        hit.counts_as,
        CASE WHEN hit.counts_as = 'bot' THEN hit.agent_id END AS bot_id,
        hit.status,
        count(*) AS hits
    FROM classified_hits AS hit
    JOIN sites ON sites.site_id = hit.site_id
    {fragments/with_utc_offset(hit.site_id, hit.logged_at)}
    WHERE {fragments/in_period(hit.logged_at)}
    GROUP BY
        hit.site_id,
        CASE WHEN $by = 'day' THEN CAST(hit.logged_at + utc_offsets.utc_offset AS DATE) END,
        hit.counts_as,
        CASE WHEN hit.counts_as = 'bot' THEN hit.agent_id END,
        hit.status
), summed AS (
    SELECT
        answer.site_id,
        answer.day,
        CAST(answer.counts_as AS VARCHAR) AS counts_as,
        agents.bot_class,
        answer.status,
        CAST(sum(answer.hits) AS BIGINT) AS hits
    FROM answer
    LEFT JOIN agents ON agents.agent_id = answer.bot_id
    GROUP BY answer.site_id, answer.day, answer.counts_as, agents.bot_class, answer.status
), totalled AS (
    SELECT
        sites.site,
        summed.*,
        sum(summed.hits) OVER (PARTITION BY summed.site_id, counts_as, bot_class, status) AS all_hits
    FROM summed
    JOIN sites ON sites.site_id = summed.site_id
), ranked AS (
    SELECT
        *,
        dense_rank() OVER (PARTITION BY site ORDER BY all_hits DESC, counts_as, bot_class, status) AS rank
    FROM totalled
)
SELECT site, day, counts_as, bot_class, status, hits
FROM ranked
WHERE $top IS NULL OR rank <= $top
ORDER BY day, hits DESC, site, counts_as, bot_class, status
LIMIT $limit
