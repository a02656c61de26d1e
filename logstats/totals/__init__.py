"""Recompute, undo and prune: operations on figures that were committed.

recompute   recomputes every figure from the kept hits, to verify or to rebuild
rename      gives all that a site has to another name or site
undo        undoes one ingest
prune       deletes old raw hits, and keeps the rows from which figures are recomputed
"""
