-- title: Figures of an import to keep
-- about: Keeps the figures of the hits that are not imported themselves, as those of pruned hits. The first day whose hits
-- about: are all there is the one of the export or, where it has no hits, the day after the last one.
-- reads: import_article_change, import_day, import_hour, import_interval, import_site, store.site, $at, {import_id}
-- makes: store.pruned, store.pruned_article_day, store.pruned_day, store.pruned_hour, store.pruned_visit
INSERT INTO store.pruned_visit
SELECT site_id, client, agent_id, first_at, last_at, page_views, {import_id}
FROM import_interval
ORDER BY first_at, client, agent_id;

INSERT INTO store.pruned_day
SELECT site_id, day, sum(hits), sum(bot_hits), sum(page_views), {import_id}
FROM import_day
GROUP BY site_id, day
ORDER BY site_id, day;

INSERT INTO store.pruned_article_day
SELECT site_id, day, article_id, views, {import_id}
FROM import_article_change
ORDER BY day, article_id;

INSERT INTO store.pruned_hour
SELECT site_id, day, hour, page_views, {import_id}
FROM import_hour
ORDER BY site_id, day, hour;

INSERT INTO store.pruned
WITH total AS (
    SELECT site_id, max(day) AS last_day, sum(hits) AS hits, max(logged_until) AS logged_until
    FROM import_day
    GROUP BY site_id
), border AS (
    SELECT site, max(day) AS day FROM import_site GROUP BY site
), dated AS (
    SELECT
        total.site_id,
        site.timezone,
        coalesce(border.day, total.last_day + 1) AS day,
        total.hits,
        total.logged_until
    FROM total
    JOIN store.site AS site ON site.site_id = total.site_id
    JOIN border ON border.site = site.name
)
SELECT site_id, $at, day, {fragments/day_begins(day, timezone)}, hits, logged_until, {import_id}
FROM dated
ORDER BY site_id
