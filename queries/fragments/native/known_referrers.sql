-- title: Referrers of the native reader
-- about: A query of its referrers with their codes, in which one of an earlier chunk of the run is replaced by its id.
-- reads: known_referrer, native_referrer, $base
SELECT
    $base + written.code,
    CASE WHEN known.referrer_id IS NULL THEN written.text END AS referrer,
    known.referrer_id
FROM native_referrer AS written
LEFT JOIN known_referrer AS known ON known.referrer = written.text
