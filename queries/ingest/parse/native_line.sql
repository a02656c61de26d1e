-- title: A chunk's lines, from the native reader
-- about: chunk_line as parse/line makes it, from the first rows of the native reader. A line that it has handed back has
-- about: the reason $odd until parse/odd_line_update.
-- reads: native_row, $odd, {agents}, {referrers}, {requests}
-- makes: chunk_line
CREATE OR REPLACE TEMP TABLE chunk_line AS
{fragments/native/line}
