-- title: Requests of the native reader
-- about: A query of its requests with their codes, in which one of an earlier chunk of the run is replaced by its ids.
-- reads: known_request, {pairs}
SELECT
    written.code,
    CASE WHEN known.page_id IS NULL THEN written.vhost END AS vhost,
    CASE WHEN known.page_id IS NULL THEN written.request END AS request,
    known.site_id,
    known.page_id,
    known.is_asset,
    known.method_id
FROM ({pairs}) AS written
LEFT JOIN known_request AS known ON known.vhost = written.vhost AND known.request = written.request
