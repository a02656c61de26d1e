-- title: Visitors who behave unlike people
-- about: suspects: by visitor and UTC day the rule that he broke, and his page views of that day. The rules:
-- about: `scanner paths`, three hits on what only a scanner looks for and what is not there; `too many a minute`,
-- about: sixty page views in one; `clockwork`, twenty page views whose gaps differ by less than a tenth;
-- about: `no assets`, twenty page views and not one image, style or script, on a day on which the site's log has
-- about: more of these than page views. They are marked, and left out where that is asked for: somebody with a full
-- about: cache, or a reader of tabs, may be among them.
-- reads: examined_hits, store.page
-- makes: suspects
CREATE OR REPLACE TEMP VIEW suspects AS
WITH page AS (
    SELECT
        page_id,
        regexp_matches(target, '(?i)^/+(?:'
            || 'wp-(?:login|admin|content|includes|config)|xmlrpc\.php|'  -- WordPress, on sites of something else
            || '\.env|\.git|\.svn|\.aws|\.ssh|\.ht|'  -- what was left lying about
            || '(?:php)?my-?admin|pma|adminer|'  -- databases
            || 'cgi-bin|boaform|hnap1|manager/html|solr|actuator|jenkins|vendor/phpunit|'  -- known holes
            || 'shell|eval-stdin|c99|wso|alfa'  -- other people's back doors
            || ')|\.\./|etc/passwd|union(?:%20|\+| )+select|%24%7Bjndi|\$\{jndi'
        ) AS is_scanned
    FROM store.page
), hit AS (
    SELECT
        hit.site_id,
        hit.client,
        hit.agent_id,
        CAST(hit.logged_at AS DATE) AS day,
        hit.logged_at,
        hit.counts_as = 'page view' AS is_view,
        hit.counts_as = 'asset' AS is_asset,
        page.is_scanned AND hit.status >= 400 AND hit.counts_as <> 'asset' AS is_scanned
    FROM examined_hits AS hit
    JOIN page ON page.page_id = hit.page_id
    WHERE hit.counts_as NOT IN ('bot', 'internal')
), site_day AS (
    SELECT site_id, day, count(*) FILTER (WHERE is_asset) > count(*) FILTER (WHERE is_view) AS has_assets
    FROM hit
    GROUP BY site_id, day
), gap AS (
    SELECT
        *,
        CAST(date_diff('second', lag(logged_at) OVER (
            PARTITION BY site_id, client, agent_id, day ORDER BY logged_at
        ), logged_at) AS DOUBLE) AS seconds
    FROM hit
    WHERE is_view
), minute AS (
    SELECT site_id, client, agent_id, day, date_trunc('minute', logged_at) AS minute, count(*) AS page_views
    FROM gap
    GROUP BY site_id, client, agent_id, day, date_trunc('minute', logged_at)
), busiest AS (
    SELECT site_id, client, agent_id, day, max(page_views) AS page_views
    FROM minute
    GROUP BY site_id, client, agent_id, day
), pace AS (
    SELECT
        site_id,
        client,
        agent_id,
        day,
        avg(seconds) AS mean,
        avg(seconds * seconds) - avg(seconds) * avg(seconds) AS variance
    FROM gap
    GROUP BY site_id, client, agent_id, day
), visitor AS (
    SELECT
        site_id,
        client,
        agent_id,
        day,
        count(*) FILTER (WHERE is_view) AS page_views,
        count(*) FILTER (WHERE is_asset) AS assets,
        count(*) FILTER (WHERE is_scanned) AS scanned
    FROM hit
    GROUP BY site_id, client, agent_id, day
), ruled AS (
    SELECT
        visitor.site_id,
        visitor.client,
        visitor.agent_id,
        visitor.day,
        visitor.page_views,
        CASE
            WHEN visitor.scanned >= 3 THEN 'scanner paths'
            WHEN busiest.page_views >= 60 THEN 'too many a minute'
            WHEN visitor.page_views >= 20 AND pace.mean >= 2 AND pace.variance <= 0.01 * pace.mean * pace.mean
                THEN 'clockwork'
            WHEN visitor.page_views >= 20 AND visitor.assets = 0 AND site_day.has_assets THEN 'no assets'
        END AS rule
    FROM visitor
    JOIN site_day ON site_day.site_id = visitor.site_id AND site_day.day = visitor.day
    LEFT JOIN busiest
        ON busiest.site_id = visitor.site_id
        AND busiest.client = visitor.client
        AND busiest.agent_id = visitor.agent_id
        AND busiest.day = visitor.day
    LEFT JOIN pace
        ON pace.site_id = visitor.site_id
        AND pace.client = visitor.client
        AND pace.agent_id = visitor.agent_id
        AND pace.day = visitor.day
)
SELECT site_id, client, agent_id, day, rule, page_views
FROM ruled
WHERE rule IS NOT NULL
