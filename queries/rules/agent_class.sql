-- title: Agents with their class
-- about: chunk_agent_classified: each new agent with the first reason why it is a bot, or NULL. A bot has a class and
-- about: a name: the text that its pattern matched, or the first product that the agent names. {found} searches
-- about: for groups of patterns; one alternation of all patterns is 30 times slower.
-- reads: chunk_agent_new, $browser, $compatible, $excepted, $old_browser, $product, {classes}, {found},
-- reads: {list_version}, {reasons}
-- makes: chunk_agent_classified
CREATE OR REPLACE TEMP TABLE chunk_agent_classified AS
WITH searched AS (
    SELECT agent, {found} AS found
    FROM chunk_agent_new
), located AS (
    SELECT agent, found, list_position(list_transform(found, lambda match: match <> ''), true) AS group_index
    FROM searched
), classed AS (
    SELECT
        agent,
        CASE
            WHEN agent = '' THEN 'empty'
            WHEN regexp_matches(agent, $excepted) THEN NULL
            WHEN group_index IS NOT NULL THEN {reasons}[group_index]
            WHEN regexp_matches(agent, $compatible) AND NOT regexp_matches(agent, $old_browser) THEN 'compatible'
            WHEN NOT regexp_matches(agent, $browser) THEN 'not-a-browser'
        END AS bot_reason,
        CASE WHEN bot_reason IS NOT NULL THEN coalesce({classes}[group_index], 'other') END AS bot_class,
        regexp_extract(found[group_index], '^[^\pL\d]*(.*?(?:[\pL\d]|\([^)]*\)))(?:/\d[\d.]*)?[^\pL\d]*$', 1) AS match,
        trim(regexp_extract(agent, $product, 1)) AS product
    FROM located
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
FROM classed
