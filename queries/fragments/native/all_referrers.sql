-- title: All referrers of the native reader
-- about: A query of its referrers by their codes. It is used for the first chunk of a run, when no text is known.
-- reads: native_referrer
SELECT code, text AS referrer, CAST(NULL AS INTEGER) AS referrer_id
FROM native_referrer
