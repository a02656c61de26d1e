-- title: Bots' page views
-- about: bot_views: the hits by bots that would have been page views by a person, each with its article. Whether a
-- about: bot's client IP is internal is unknown: a hit has the first class that applies, and bot comes first.
-- reads: store.hit, store.page
-- makes: bot_views
CREATE OR REPLACE TEMP VIEW bot_views AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id, page.article_id
FROM store.hit AS hit
JOIN store.page AS page ON page.page_id = hit.page_id
WHERE hit.hit_class = 'bot'
    AND NOT page.is_asset
    AND {fragments/is_get}
    AND {fragments/is_success}
