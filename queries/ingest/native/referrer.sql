-- title: Referrers of the native reader
-- about: Adds its referrers with their codes to chunk_referrer_code.
-- reads: {referrers}
-- makes: chunk_referrer_code
INSERT INTO chunk_referrer_code
{referrers}
