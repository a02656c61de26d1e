"""Logs into the store: parse a chunk, then commit it in one transaction.

pipeline       the steps of a run, from a log's chunks to committed figures
parse          a chunk's lines as rows of `chunk_line`
worker_pool    chunks prepared side by side and committed in order
log_registry   what the store knows of logs: read before a run, written after it
"""
