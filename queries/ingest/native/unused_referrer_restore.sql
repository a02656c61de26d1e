-- title: Referrers that no hit had before
-- about: Adds referrers of unused_referrer that a hit of the chunk has to chunk_referrer_code.
-- reads: chunk_line, unused_referrer
-- makes: chunk_referrer_code
INSERT INTO chunk_referrer_code
SELECT code, referrer FROM unused_referrer
WHERE code IN (
    SELECT referrer_code FROM chunk_line
    WHERE reason IS NULL
)
