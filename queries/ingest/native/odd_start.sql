-- title: Where lines start that the statements are to parse
-- about: The byte in the chunk, in order, of those from $start on, and whether the native reader has handed the line back.
-- reads: chunk_odd, $start
SELECT start, is_handed_back
FROM chunk_odd
WHERE start >= $start
ORDER BY start
