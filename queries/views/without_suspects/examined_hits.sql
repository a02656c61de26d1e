-- title: The hits that suspects are found in
-- about: examined_hits: the hits of the UTC days that a report reads, up to its time.
-- reads: store.hit, {at}, {since}
-- makes: examined_hits
CREATE OR REPLACE TEMP VIEW examined_hits AS
SELECT site_id, client, agent_id, page_id, logged_at, status, hit_class AS counts_as
FROM store.hit
WHERE logged_at >= {since} AND logged_at <= {at}
