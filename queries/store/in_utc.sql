-- title: A user's statement with its instants in UTC
-- about: The rows of a statement, of which the columns that are instants become TIMESTAMP in UTC. Python would show
-- about: an instant by its own zone database, which may differ from DuckDB's.
-- reads: {columns}, {names}, {statement}
SELECT {columns}
FROM ({statement}) AS answer({names})
