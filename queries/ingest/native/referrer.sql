-- title: Referrers of the native reader
-- about: Adds its new referrers with their codes to chunk_referrer_code.
-- reads: native_referrer
-- makes: chunk_referrer_code
INSERT INTO chunk_referrer_code
SELECT code, text
FROM native_referrer
