-- title: All requests of the native reader
-- about: A query of its requests by their codes. It is used for the first chunk of a run, when no text is known.
-- reads: native_request, native_row, native_vhost
SELECT
    written.*,
    CAST(NULL AS INTEGER) AS site_id,
    CAST(NULL AS INTEGER) AS page_id,
    CAST(NULL AS BOOLEAN) AS is_asset,
    CAST(NULL AS INTEGER) AS method_id
FROM ({fragments/native/written_requests}) AS written
