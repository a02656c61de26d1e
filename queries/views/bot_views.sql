-- title: What bots looked at
-- about: bot_views: the hits by bots that by a person had been page views, each with its article. Whether a
-- about: bot's address is internal is not known: that it is a bot comes first.
-- reads: store.hit, store.page
-- makes: bot_views
CREATE OR REPLACE TEMP VIEW bot_views AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id, page.article_id
FROM store.hit AS hit
JOIN store.page AS page ON page.page_id = hit.page_id
WHERE hit.counts_as = 'bot'
    AND NOT page.is_asset
    AND hit.method_id = 1
    AND (hit.status = 304 OR hit.status BETWEEN 200 AND 299)
