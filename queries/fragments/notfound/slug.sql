-- title: The last part of a URL
-- about: An expression of the last part of a URL's path in lower case, without its extension and query.
-- args: url
lower(regexp_extract({url}, '([^/?#]*?)(?:[.][a-zA-Z]{2,5})?/?(?:[?#].*)?$', 1))
