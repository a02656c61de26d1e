-- title: The columns of a hit that was read natively
-- about: A list of columns of a line, and of the ids of its agent, referrer and request: those of fragments/chunk_hit.
-- args: line, agent, referrer, request
{line}.line_row AS line,
{line}.logged_at,
{line}.client,
{line}.status,
{line}.bytes,
{line}.duration,
{agent}.agent_id,
{agent}.is_bot,
{referrer}.referrer_id,
{request}.site_id,
{request}.page_id,
{request}.is_asset,
{request}.method_id
