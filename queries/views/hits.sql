-- title: Hits
-- about: hits: each line that could be parsed. counts_as is 'page view', or the first reason why the hit is not one.
-- reads: classified_hits, store.method, store.page
-- makes: hits
CREATE OR REPLACE TEMP VIEW hits AS
SELECT hit.* EXCLUDE (method_id), page.target, nullif(method.method, '') AS method
FROM classified_hits AS hit
JOIN store.page AS page ON page.page_id = hit.page_id
JOIN store.method AS method ON method.method_id = hit.method_id
