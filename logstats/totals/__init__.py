"""What changes stored figures after they were committed.

recompute   every figure from the hits that are kept: to verify, or to rebuild
undo        one ingest taken back
prune       raw hits deleted, and what must be kept of them
"""
