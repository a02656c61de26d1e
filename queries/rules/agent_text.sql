-- title: Agents as they are searched
-- about: chunk_agent_text: each new agent, and the text in which names of bots are searched where it is another one:
-- about: without the model of a phone, because some are called bot or spider.
-- reads: chunk_agent_new, $phone
-- makes: chunk_agent_text
CREATE OR REPLACE TEMP TABLE chunk_agent_text AS
SELECT
    agent,
    CASE WHEN regexp_matches(agent, $phone) THEN regexp_replace(agent, $phone, '\1\2') END AS text
FROM chunk_agent_new
