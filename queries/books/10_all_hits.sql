-- title: Every kept hit as one chunk
-- about: chunk_counted: all kept hits in the form in which ingest counts a chunk's, so that the same
-- about: statements make all visits and totals anew, in one pass.
CREATE OR REPLACE TEMP VIEW chunk_counted AS
SELECT hit.site_id, hit.logged_at, hit.client, hit.agent_id, page.article_id, hit.counts_as
FROM store.hit AS hit
JOIN store.page AS page ON page.page_id = hit.page_id
