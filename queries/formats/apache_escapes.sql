-- title: Apache's escapes as those of bytes
-- about: An expression of a text in which a quote, a backslash and control characters may be written with a backslash
-- about: before a sign. A backslash becomes \x5c, so that it is not taken for the beginning of another escape.
-- args: text
CASE
    WHEN NOT contains({text}, '\') THEN {text}
    ELSE replace(replace(replace(replace(replace(replace(replace(replace(
        {text}, '\\', '\x5c'), '\"', '"'),
        '\t', '\x09'), '\n', '\x0a'), '\r', '\x0d'), '\b', '\x08'), '\v', '\x0b'), '\f', '\x0c')
END
