-- title: Agents with their class
-- about: chunk_agent_classified: each new agent with the first reason why it is a bot, or NULL. A bot has a class and
-- about: a name: the text that its pattern matched, or the first product that the agent names. {found} searches
-- about: for groups of patterns; one alternation of all patterns is 30 times slower. An agent that says Mozilla must have
-- about: the form of a browser's, with no name that browsers lack.
-- reads: chunk_agent_text, $any_name, $brackets, $browser, $compatible, $engine, $excepted, $form, $name, $names,
-- reads: $old_browser, $platform, $product, $trimmed, $usual_form, {classes}, {found}, {list_version}, {reasons}
-- makes: chunk_agent_classified
CREATE OR REPLACE TEMP TABLE chunk_agent_classified AS
WITH agent_text AS (
    SELECT agent, coalesce(text, agent) AS text
    FROM chunk_agent_text
), searched AS (
    SELECT agent, {found} AS found
    FROM agent_text
), located AS (
    SELECT agent, found, list_position(list_transform(found, lambda match: match <> ''), true) AS group_index
    FROM searched
), formed AS (
    SELECT *, {fragments/agent_reason} AS reason
    FROM located
), worded AS (
    SELECT
        *,
        CASE WHEN reason IN ('form', 'unknown-name', 'no-engine') THEN regexp_replace(agent, $platform, '') END AS tail,
        list_filter(
            regexp_extract_all(regexp_replace(tail, $brackets, ' ', 'g'), $name, 1),
            lambda name: NOT list_contains($names, lower(name))
        ) AS unknown_names
    FROM formed
), classed AS (
    SELECT
        *,
        CASE WHEN reason <> 'form' THEN reason WHEN len(unknown_names) > 0 THEN 'unknown-name' END AS bot_reason,
        CASE WHEN bot_reason IS NOT NULL THEN coalesce({classes}[group_index], 'other') END AS bot_class,
        regexp_extract(found[group_index], $trimmed, 1) AS match,
        CASE WHEN bot_reason IS NOT NULL THEN trim(regexp_extract(agent, $product, 1)) END AS product
    FROM worded
), named AS (
    SELECT
        *,
        CASE
            WHEN bot_reason = 'contact' AND product IN ('Mozilla', 'http:', 'https:', '')
                THEN regexp_replace(match, '^https?://(?:www\.)?|^www\.', '')
            WHEN bot_reason = 'contact' THEN product
            WHEN tail IS NULL THEN match
            ELSE coalesce(
                unknown_names[1],
                list_filter(
                    regexp_extract_all(translate(tail, '()[]', '    '), $name, 1),
                    lambda name: NOT list_contains($names, lower(name)) AND lower(name) <> 'compatible'
                )[1]
            )
        END AS name
    FROM classed
)
SELECT
    agent,
    bot_reason,
    bot_class,
    CASE WHEN bot_reason IS NOT NULL THEN
        left(coalesce(nullif(name, ''), nullif(product, ''), nullif(agent, ''), '(none)'), 60)
    END AS bot_name,
    {list_version} AS list_version
FROM named
