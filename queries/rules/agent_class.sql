-- title: Who is a person
-- about: chunk_agent_classified: each unmet agent with the first reason why it is no person's browser, or
-- about: NULL; of a bot its class and its name: what the pattern that tells it has found, or what it calls
-- about: itself first. {found} tries groups of patterns, in pieces: one alternation of all is 30 times slower.
-- reads: chunk_agent_new, $browser, $compatible, $excepted, $old_browser, $product, {classes}, {found},
-- reads: {list_version}, {reasons}
-- makes: chunk_agent_classified
CREATE OR REPLACE TEMP TABLE chunk_agent_classified AS
WITH searched AS (
    SELECT agent, {found} AS found
    FROM chunk_agent_new
), placed AS (
    SELECT agent, found, list_position(list_transform(found, lambda match: match <> ''), true) AS place
    FROM searched
), judged AS (
    SELECT
        agent,
        CASE
            WHEN agent = '' THEN 'empty'
            WHEN regexp_matches(agent, $excepted) THEN NULL
            WHEN place IS NOT NULL THEN {reasons}[place]
            WHEN regexp_matches(agent, $compatible) AND NOT regexp_matches(agent, $old_browser) THEN 'compatible'
            WHEN NOT regexp_matches(agent, $browser) THEN 'not-a-browser'
        END AS bot_reason,
        CASE WHEN bot_reason IS NOT NULL THEN coalesce({classes}[place], 'other') END AS bot_class,
        regexp_extract(found[place], '^[^\pL\d]*(.*?(?:[\pL\d]|\([^)]*\)))(?:/\d[\d.]*)?[^\pL\d]*$', 1) AS match,
        trim(regexp_extract(agent, $product, 1)) AS product
    FROM placed
)
SELECT
    agent,
    bot_reason,
    bot_class,
    CASE WHEN bot_reason IS NOT NULL THEN
        left(
            CASE
                WHEN match NOT IN ('', 'http', 'https') THEN match
                WHEN product <> '' THEN product
                WHEN agent <> '' THEN agent
                ELSE '(none)'
            END,
            60
        )
    END AS bot_name,
    {list_version} AS list_version
FROM judged
