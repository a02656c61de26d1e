-- title: Other formats of a chunk
-- about: The numbers of the formats that lines of chunk_unfit match.
-- reads: chunk_unfit
SELECT DISTINCT other
FROM chunk_unfit
WHERE other IS NOT NULL
ORDER BY other
