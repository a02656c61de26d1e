-- title: Referrers of the lines that the native reader has handed back
-- about: Adds them to chunk_referrer_code.
-- reads: chunk_line, $base
-- makes: chunk_referrer_code
INSERT INTO chunk_referrer_code
SELECT $base + row_number() OVER () - 1, referrer, referrer_id
FROM (
    SELECT DISTINCT referrer, referrer_id FROM chunk_line
    WHERE reason IS NULL
)
