-- title: The escapes of a URL in upper case
-- about: An expression of a part of a URL that can't be decoded, in which %e9 is %E9.
-- args: text
CASE
    WHEN NOT contains({text}, '%') THEN {text}
    ELSE array_to_string(
        list_transform(
            regexp_extract_all({text}, '%[0-9A-Fa-f]{2}|%|[^%]+'),
            lambda part: CASE WHEN length(part) = 3 AND starts_with(part, '%') THEN upper(part) ELSE part END
        ),
        ''
    )
END
