-- title: All requests of the native reader
-- about: A query of its requests with their codes. It is used for the first chunk of a run, when no text is known.
-- reads: {pairs}
SELECT written.code, written.vhost, written.request, NULL, NULL, NULL, NULL
FROM ({pairs}) AS written
