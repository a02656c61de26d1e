-- title: Lines of a chunk
-- about: A query of one row for each line, in order. The delimiter is a byte that no sanitized line contains.
-- reads: $chunk
SELECT line
FROM read_csv($chunk, header = false, auto_detect = false, columns = {'line': 'VARCHAR'},
    delim = E'\x01', quote = '', escape = '', comment = '', nullstr = E'\x02', new_line = '\n',
    strict_mode = false, buffer_size = 8388608)
