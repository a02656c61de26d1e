-- title: Hits
-- about: hits: each understood line; counts_as is 'page view' or the first reason why it is none.
CREATE OR REPLACE TEMP VIEW hits AS
SELECT
    hit.site_id,
    hit.logged_at,
    hit.client,
    hit.agent_id,
    hit.page_id,
    hit.referrer_id,
    hit.method,
    hit.status,
    hit.bytes,
    hit.counts_as
FROM store.hit AS hit
