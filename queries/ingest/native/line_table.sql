-- title: The chunk's lines, without those whose client is none
-- about: chunk_line: those that the native reader has typed, and the lines that the statements have parsed.
-- reads: chunk_odd, {odd_lines}, {rows}
-- makes: chunk_line
CREATE OR REPLACE TEMP TABLE chunk_line AS
SELECT hit.*
FROM ({rows}) AS hit
ANTI JOIN chunk_odd USING (line_row)
{odd_lines}
