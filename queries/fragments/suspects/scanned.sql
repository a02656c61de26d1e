-- title: Requests for paths that only scanners request
-- about: A query of the number of failed requests of `hit` for such paths, by visitor and UTC day. The pattern is applied
-- about: once to each page that visitors with three failed requests have requested.
-- reads: hit, pages, visitor
WITH failed AS MATERIALIZED (
    SELECT hit.site_id, hit.client, hit.agent_id, hit.day, hit.page_id
    FROM hit
    SEMI JOIN visitor ON {fragments/suspects/of_visitor(hit)} AND visitor.failed >= 3
    WHERE hit.is_failed
), requested AS MATERIALIZED (
    {fragments/requested(failed)}
), scanner_page AS (
    SELECT page_id
    FROM requested
    WHERE {fragments/suspects/is_scanner_path(page)}
)
SELECT failed.site_id, failed.client, failed.agent_id, failed.day, count(*) AS hits
FROM failed
SEMI JOIN scanner_page ON scanner_page.page_id = failed.page_id
GROUP BY failed.site_id, failed.client, failed.agent_id, failed.day
