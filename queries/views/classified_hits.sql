-- title: Hits with their class
-- about: classified_hits: each hit as stored, counts_as being its class. A report without suspects replaces this
-- about: view.
-- reads: store.hit
-- makes: classified_hits
CREATE OR REPLACE TEMP VIEW classified_hits AS
SELECT site_id, logged_at, client, agent_id, page_id, referrer_id, method_id, status, bytes, hit_class AS counts_as
FROM store.hit
