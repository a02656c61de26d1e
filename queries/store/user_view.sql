-- title: A view with local times
-- about: Makes a view of which the instants have a zone, with further columns on the clock of its site.
-- reads: {columns}, {stored}, {view}
-- makes: {view}
CREATE TEMP VIEW {view} AS
SELECT {columns}
FROM {stored}
