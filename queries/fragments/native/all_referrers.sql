-- title: All referrers of the native reader
-- about: A query of its referrers with their codes. It is used for the first chunk of a run, when no text is known.
-- reads: native_referrer, $base
SELECT $base + code, text, NULL
FROM native_referrer
