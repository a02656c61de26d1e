-- title: Codes of agents that are forgotten
-- about: Empties the tables of codes and of texts: the reader has begun a new dictionary.
-- reads: known_agent_code, unused_agent
-- makes: known_agent_code, unused_agent
CREATE OR REPLACE TABLE known_agent_code AS
FROM known_agent_code
LIMIT 0;

CREATE OR REPLACE TABLE unused_agent AS
FROM unused_agent
LIMIT 0
