-- title: A text without escapes
-- about: An expression of a text whose bytes may be written as \xhh, as Apache, nginx and others do. The bytes of a UTF-8
-- about: letter, a quote and a backslash are decoded. Other escapes, of control characters and bytes that are not
-- about: UTF-8, stay, in lower case. So does a backslash before an x, which would look like the escape of a byte.
-- args: text
CASE
    WHEN NOT contains({text}, '\x') THEN {text}
    ELSE array_to_string(
        list_transform(
            regexp_extract_all(
                {text},
                '\\x[CDcd][0-9A-Fa-f]\\x[89ABab][0-9A-Fa-f]|\\x[Ee][0-9A-Fa-f](?:\\x[89ABab][0-9A-Fa-f]){2}'
                    || '|\\x[Ff][0-4](?:\\x[89ABab][0-9A-Fa-f]){3}|\\x5[Cc]x|\\x[0-9A-Fa-f]{2}|\\|[^\\]+'
            ),
            lambda part: CASE
                WHEN NOT starts_with(part, '\x') THEN part
                WHEN part = '\x22' THEN '"'
                WHEN lower(part) = '\x5c' THEN '\'
                WHEN length(part) >= 8 THEN coalesce(try(url_decode(replace(part, '\x', '%'))), lower(part))
                ELSE lower(part)
            END
        ),
        ''
    )
END
