-- title: Who is a person
-- about: chunk_agent_judged: each unmet agent with the first reason why it is no person's browser, or
-- about: NULL. The list's patterns come in pieces: one alternation of all is 30 times slower.
CREATE OR REPLACE TEMP TABLE chunk_agent_judged AS
SELECT
    agent,
    CASE
        WHEN agent = '' THEN 'empty'
        WHEN {listed} THEN 'list'
        WHEN regexp_matches(agent, $generic) THEN 'generic'
        WHEN regexp_matches(agent, $compatible) AND NOT regexp_matches(agent, $old_browser) THEN 'compatible'
        WHEN NOT regexp_matches(agent, $browser) THEN 'not-a-browser'
    END AS bot_reason
FROM chunk_agent_unmet
