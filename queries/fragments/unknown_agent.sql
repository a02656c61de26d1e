-- title: The unknown agent
-- about: The text of an agent that the format of the log does not have, in chunk_line and store.agent. No client can send
-- about: it: the same text in a log is typed as an empty agent. Views show it as NULL.
E'\n'
