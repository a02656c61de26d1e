-- title: The chunk's texts
-- about: Hits and rejects are taken out of them; their memory serves the next chunk.
DROP TABLE chunk_line
