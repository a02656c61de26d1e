-- title: Figures of an import
-- about: import_interval, import_day, import_article_change, import_hour: the figures of the hits that are not imported
-- about: themselves, without those of logs that this store has.
-- reads: import_article_day, import_day_part, import_hour_part, import_known, import_visit, store.agent, store.article,
-- reads: store.site, $identity_key
-- makes: import_article_change, import_day, import_hour, import_interval
CREATE OR REPLACE TEMP TABLE import_interval AS
SELECT site.site_id, piece.client, agent.agent_id, piece.first_at, piece.last_at, piece.page_views
FROM import_visit AS piece
JOIN store.site AS site ON site.name = piece.site
JOIN store.agent AS agent ON agent.agent = piece.agent
ANTI JOIN import_known AS known ON known.log = piece.log;

CREATE OR REPLACE TEMP TABLE import_day AS
SELECT site.site_id, total.day, total.hits, total.bot_hits, total.page_views, total.logged_until
FROM import_day_part AS total
JOIN store.site AS site ON site.name = total.site
ANTI JOIN import_known AS known ON known.log = total.log;

CREATE OR REPLACE TEMP TABLE import_hour AS
SELECT site.site_id, total.day, total.hour, CAST(sum(total.page_views) AS BIGINT) AS page_views
FROM import_hour_part AS total
JOIN store.site AS site ON site.name = total.site
ANTI JOIN import_known AS known ON known.log = total.log
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE import_article_change AS
SELECT site.site_id, total.day, article.article_id, CAST(sum(total.views) AS BIGINT) AS views
FROM import_article_day AS total
JOIN store.site AS site ON site.name = total.site
JOIN store.article AS article
    ON article.identity_key = md5_number($identity_key || total.identity) AND article.site_id = site.site_id
ANTI JOIN import_known AS known ON known.log = total.log
GROUP BY ALL
