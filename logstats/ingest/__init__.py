"""Logs into the store: parse a chunk, then commit it in one transaction.

pipeline       the steps of a run over all its logs
logs           the logs of a run: many small new ones together, others alone
log            one log: its chunks are parsed and committed in order
batch          many small new logs as one chunk
job            what is ingested: a log with its rules, a chunk whose lines are parsed
hosts          the hosts that lines name: which of them are sites
parse          a chunk's lines as rows of `chunk_line`
native_layout  which lines the native reader reads
native_spool   a chunk whose lines are read natively while they are added to it
native_lines   the rows of `chunk_line` by the native reader, with codes of their texts
worker_pool    chunks parsed in parallel and committed in order
ahead          the URLs of a chunk, found before its transaction
dimensions     the texts of a chunk as rows of the store, with their ids
commit         one chunk in one transaction: hits, visits, totals, position
faults         an unexpected exception: the line that raises it
request        the logs to ingest, and the store
log_registry   the store's records of logs: read before a run, written after it
"""
