-- title: Why lines do not fit the format
-- about: Gives a more exact reason to lines of chunk_line that fit no format because of what wrote or divided them.
-- reads: {reasons}
-- makes: chunk_line
UPDATE chunk_line
SET reason = CASE {reasons} ELSE reason END
WHERE reason = 'does not fit the format'
