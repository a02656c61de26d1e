-- title: Hits with their class
-- about: classified_hits: each hit as stored, with its class in counts_as. A report without suspects replaces this
-- about: view.
-- reads: store.hit
-- makes: classified_hits
CREATE OR REPLACE TEMP VIEW classified_hits AS
SELECT {fragments/hit_columns}, hit.hit_class AS counts_as
FROM store.hit AS hit
