"""The error for an exception whose line can't be searched for."""

from unittest.mock import MagicMock, PropertyMock

import pytest
from support.lines import parse_session

from logstats.errors import LogFaultError
from logstats.ingest import faults
from logstats.model import Chunk
from logstats.sources.files import changed_error


def test_the_error_has_the_exception_although_the_lines_can_not_be_read_again() -> None:
    job, file = MagicMock(), MagicMock()
    job.plan.path = "a.log"
    type(file).path = PropertyMock(side_effect=changed_error("a.log"))
    chunk = Chunk(file=file, lines=7, start=0, end=70, complete=True, head_hashes=(), tail_hash=0)
    with pytest.raises(LogFaultError, match=r"a\.log: TypeError in lines 1 to 7: no such field"):
        faults.raise_of_parse(TypeError("no such field"), job, parse_session(), chunk)
