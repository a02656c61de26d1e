"""Figures from many machines: exports of stores, and the runs of a cluster; knows no engine.

folders    folders of figures, in a file system or in object storage
manifest   the file that says which figures of a folder count
exchange   the export of a store, and the import of keys
work       the logs of a run, in shards of like size
worker     one shard: its logs are ingested into a store of its own, which is exported
merge      one bucket: the visits of its visitors, merged
cluster    a run: shards, buckets, the manifest
"""
