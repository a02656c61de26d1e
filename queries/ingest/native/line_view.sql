-- title: The chunk's lines, where they are
-- about: chunk_line: those that the native reader has typed in its memory, and the lines that the statements have parsed.
-- reads: {odd_lines}, {rows}
-- makes: chunk_line
CREATE OR REPLACE TEMP VIEW chunk_line AS
{rows}
{odd_lines}
