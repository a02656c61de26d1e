-- title: Where most came from
-- about: A query of each missing page with the page of the site, and the other site, that most visitors (not bots) came
-- about: from; of equal ones the first. A page that names itself is left out.
-- reads: missing, pages, referrers, site_host
WITH visitor AS (
    SELECT DISTINCT site_id, status, page_id, referrer_id, client, agent_id
    FROM missing
    WHERE NOT is_bot
), counted AS MATERIALIZED (
    SELECT site_id, status, page_id, referrer_id, count(*) AS visitors
    FROM visitor
    GROUP BY site_id, status, page_id, referrer_id
), referred AS MATERIALIZED (
    {fragments/referred(counted)}
), origin AS (
    SELECT
        counted.site_id,
        counted.status,
        counted.page_id,
        counted.visitors,
        CASE
            WHEN list_contains(site_host.hosts, referred.host)
                THEN coalesce(nullif(regexp_replace(referred.referrer, '^[^/]*//[^/?#]*', ''), ''), '/')
        END AS own_page,
        CASE WHEN NOT list_contains(site_host.hosts, referred.host) THEN referred.host END AS host
    FROM counted
    JOIN site_host ON site_host.site_id = counted.site_id
    JOIN referred ON referred.referrer_id = counted.referrer_id
    WHERE referred.host <> ''
), summed AS (
    SELECT
        origin.site_id, origin.status, origin.page_id, origin.own_page, origin.host, sum(origin.visitors) AS visitors
    FROM origin
    JOIN pages ON pages.page_id = origin.page_id
    WHERE origin.own_page IS DISTINCT FROM pages.page
    GROUP BY origin.site_id, origin.status, origin.page_id, origin.own_page, origin.host
)
SELECT
    site_id,
    status,
    page_id,
    arg_min(own_page, (-visitors, own_page)) FILTER (WHERE own_page IS NOT NULL) AS from_page,
    arg_min(host, (-visitors, host)) FILTER (WHERE host IS NOT NULL) AS from_host
FROM summed
GROUP BY site_id, status, page_id
