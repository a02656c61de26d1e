"""The logs of a run that are not read yet, compared with the known sources and with each other."""

import resource
from collections import defaultdict

from logstats.sources import fingerprint
from logstats.sources.chunks import Origin
from logstats.sources.files import LogFile, changed_error
from logstats.sources.fingerprint import Fingerprint, Identity, Match
from logstats.sources.recorder import Recorder

MOST_OPEN = 256  # files, or a quarter of what the process may open; others are closed until they are read


class PendingLogs:
    """The logs that are not read yet, with the head hashes of each, and the sources that begin like them.

    `of_other_site` are the sources of another site.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.hashed = fingerprint.hasher(recorder.known.key)
        self.most_open = _most_open()
        self.of_other_site: set[int] = set()
        self.logs: dict[LogFile, dict[int, int]] = {}
        self._logs_by_hash: defaultdict[int, list[LogFile]] = defaultdict(list)  # by head hash
        self._sources: dict[int, Identity] = {}
        self._source_ids_by_hash: defaultdict[int, set[int]] = defaultdict(set)  # by head hash
        self._compared: dict[LogFile, Fingerprint] = {}

    def remove(self, log: LogFile) -> None:
        """Close a log that was read."""
        log.close()
        del self.logs[log]
        self._compared.pop(log, None)

    def add(self, log: LogFile) -> None:
        """Add an open log; close it where too many are open."""
        if len(self.logs) >= self.most_open and not log.is_stream:
            log.rest()
        self.logs[log] = fingerprint.hash_heads(log.head, self.hashed)
        for head_hash in self.logs[log].values():
            self._logs_by_hash[head_hash].append(log)

    def load_sources(self) -> None:
        """Load the known sources that begin like one of the logs."""
        hashes = set(self._logs_by_hash)
        for log in self.logs:
            hashes.update(fingerprint.hash_partial_lines(log.head, (), self.hashed).values())
        for source in self._recorder.known.find(hashes) if self.logs else ():
            self.add_source(source)
            if self._recorder.known.is_other_site(source.site):
                self.of_other_site.add(source.source_id)

    def add_source(self, source: Identity) -> None:
        """Add a source, or replace it by its newer state."""
        self._sources[source.source_id] = source
        for head_hash in source.head_hashes:
            self._source_ids_by_hash[head_hash].add(source.source_id)

    def next(self) -> LogFile:
        """Return the first log, or the longest one with the same beginning. An archive's length is unknown.

        So a source is continued in its longest file, and if one of two new logs is a copy of the beginning of
        the other, the longer one is read.
        """
        first, head_hashes = next(iter(self.logs.items()))
        alike = self._logs_by_hash[head_hashes[max(head_hashes)]] if head_hashes else []
        longer = [
            log
            for log in alike
            if log in self.logs and log.size is not None and (first.size is None or log.size > first.size)
        ]
        return max(longer, key=lambda log: log.size or 0, default=first)

    def compare(self, log: LogFile) -> tuple[Match, Identity | None, int]:
        """Return how the log matches a source, that source, and the length of the log's content."""
        head_hashes = self.logs[log]
        partial_hashes = fingerprint.hash_partial_lines(log.head, self._sources.values(), self.hashed)
        hashes = (*head_hashes.values(), *partial_hashes.values())
        ids = {source_id for hash_ in hashes for source_id in self._source_ids_by_hash[hash_]}
        alike = [self._sources[source_id] for source_id in sorted(ids)]
        size, hashes_before = log.survey(fingerprint.offsets_to_hash(alike, log.size), self.hashed)
        log_fingerprint = Fingerprint(size, head_hashes, hashes_before, partial_hashes)
        self._compared[log] = log_fingerprint
        own = [source for source in alike if not self._recorder.is_foreign(source)]
        match, source = fingerprint.best_match(log_fingerprint, own)
        if source is None:
            foreign = [source for source in alike if source not in own]
            match, source = fingerprint.best_match(log_fingerprint, foreign)
        if not log.is_unchanged(size if log.size is not None else 0):
            raise changed_error(log.path)
        return match, source, size

    def origin(self, log: LogFile, held_by: Identity | None, *, is_final: bool) -> Origin:
        """Return the source that a log begins like.

        `held_by` is the source that is known to have the log's beginning. Of what is after the log's last
        block only the lines can tell whether the source has them too: of a log that `is_final`, also a last
        line without its newline.
        """
        shown = self._compared[log]
        if held_by:
            proof = fingerprint.compare(shown, held_by)[1]
            is_proved = shown.size == held_by.position or not self._has_line(log, proof, is_final=is_final)
            return Origin(held_by, proof, is_doubtful=not is_proved)
        ids = {id_ for hash_ in shown.head_hashes.values() for id_ in self._source_ids_by_hash[hash_]}
        alike = [
            self._sources[id_] for id_ in sorted(ids) if not self._recorder.is_foreign(self._sources[id_])
        ]
        proofs = [fingerprint.equal_lines(shown, source) for source in alike]
        best = max(range(len(alike)), key=proofs.__getitem__, default=None)
        return Origin() if best is None else Origin(alike[best], proofs[best])

    def elsewhere(self, log: LogFile) -> set[int]:
        """Return the sources that other logs of the run continue or copy, or may do so."""
        hashes = (
            hash_
            for other, head_hashes in self.logs.items()
            if other is not log
            for hash_ in head_hashes.values()
        )
        return self._recorder.found_again.union(*(self._source_ids_by_hash[hash_] for hash_ in hashes))

    @staticmethod
    def _has_line(log: LogFile, offset: int, *, is_final: bool) -> bool:
        """Whether there may be a line in the content from an offset on, which is shorter than a block."""
        after = log.flow(offset).read(fingerprint.BLOCK_BYTES)
        return bool(after.strip(b"\0\r\n\t ")) if is_final else b"\n" in after


def _most_open() -> int:
    """Return how many logs are kept open at a time."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_OPEN if limit == resource.RLIM_INFINITY else min(MOST_OPEN, limit // 4)
