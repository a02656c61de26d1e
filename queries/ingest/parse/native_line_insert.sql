-- title: Further lines of a chunk, from the native reader
-- about: Adds the rows that the native reader has read next.
-- reads: native_row, $odd, {agents}, {referrers}, {requests}
-- makes: chunk_line
INSERT INTO chunk_line
{fragments/native/line}
