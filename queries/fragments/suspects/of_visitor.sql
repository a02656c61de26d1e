-- title: A visitor's row
-- about: A condition that joins a row of `joined` with its visitor and UTC day.
-- args: joined
{joined}.site_id = visitor.site_id
    AND {joined}.client = visitor.client
    AND {joined}.agent_id = visitor.agent_id
    AND {joined}.day = visitor.day
