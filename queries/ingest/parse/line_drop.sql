-- title: The chunk's lines
-- about: They are in the store; their memory serves the next chunk.
DROP TABLE chunk_line
