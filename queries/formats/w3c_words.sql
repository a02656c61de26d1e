-- title: The words of a line of a W3C extended log
-- about: An expression of the values of a line, separated by tabs or spaces; a value in quotes may contain both.
CASE
    WHEN contains(line, E'\t') THEN string_split(line, E'\t')
    WHEN contains(line, '"') OR contains(line, '  ')
        THEN list_transform(
            regexp_extract_all(line, '"(?:[^"]|"")*"|[^ ]+'),
            lambda word: CASE
                WHEN starts_with(word, '"') AND length(word) > 1 AND ends_with(word, '"')
                    THEN replace(substr(word, 2, length(word) - 2), '""', '"')
                ELSE word
            END
        )
    ELSE string_split(rtrim(line), ' ')
END
