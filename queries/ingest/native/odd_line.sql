-- title: Where lines start that the statements are to parse
-- about: The byte in the chunk, in order, and whether the native reader has handed the line back.
-- reads: native_row, $no_clients
SELECT hit.start, hit.is_odd = 1 AS is_handed_back
FROM native_row AS hit
WHERE {fragments/native/is_odd}
ORDER BY hit.start
