-- title: Referrers of the lines that the native reader has handed back
-- about: Adds them to chunk_referrer_code, with codes below 0, which are of this chunk alone.
-- reads: chunk_line
-- makes: chunk_referrer_code
INSERT INTO chunk_referrer_code
SELECT -row_number() OVER (), referrer
FROM (
    SELECT DISTINCT referrer FROM chunk_line
    WHERE reason IS NULL
)
