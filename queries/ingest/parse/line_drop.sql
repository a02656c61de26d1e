-- title: The chunk's lines
-- about: They are in the store; their memory serves the next chunk.
-- makes: chunk_line
DROP TABLE chunk_line
