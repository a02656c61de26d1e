-- title: Agents that are new to the run
-- about: chunk_agent: each user agent once.
-- reads: {agents}
-- makes: chunk_agent
CREATE OR REPLACE TEMP TABLE chunk_agent AS
{agents}
