"""Figures from many machines: exports of stores, and the runs of a cluster; knows no engine.

folders    folders of figures, in a file system or in object storage
manifest   the file that says which figures of a folder count
exchange   the export of a store, and the import of keys
work       the logs of a run, in shards of like size
pieces     a very long log in pieces
worker     one shard: its logs are ingested into a store of its own, which is exported
join       the figures of the pieces of a log as those of one log
merge      one bucket: the visits of its visitors, merged
usage      the processor time and the memory of a worker
month      a whole store of a site's month
cluster    a run: shards, buckets, the manifest
"""
