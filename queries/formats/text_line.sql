-- title: A chunk's lines as text
-- about: A fragment: one row a line, in order. The reader is told to part at bytes that no washed line holds.
SELECT line
FROM read_csv($chunk, header = false, auto_detect = false, columns = {'line': 'VARCHAR'},
    delim = E'\x01', quote = '', escape = '', comment = '', nullstr = E'\x02', new_line = '\n',
    strict_mode = false, buffer_size = 8388608)
