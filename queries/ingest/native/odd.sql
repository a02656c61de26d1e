-- title: Lines of a part that the statements are to parse
-- about: Adds them to chunk_odd, with the line and the byte of the chunk: those that the native reader has handed back,
-- about: and those whose client is one of $no_clients, of which there may be as many as lines.
-- reads: {part}, $first_line, $no_clients, $start
-- makes: chunk_odd
INSERT INTO chunk_odd
SELECT $first_line + hit.line, $start + hit.start, hit.is_odd = 1
FROM {part} AS hit
WHERE hit.is_odd = 1 OR hit.client_number IN (SELECT unnest($no_clients))
