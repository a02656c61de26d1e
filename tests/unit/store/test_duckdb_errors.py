"""DuckDB's texts and the errors that they become: what is of a store's file, and what of a statement."""

from pathlib import Path

import pytest

from logstats.errors import DamagedStoreError, StoreError, TornLogError
from logstats.store import duckdb_errors

STORE = Path("s.duckdb")
OF_A_STORE: list[tuple[str, type[StoreError]]] = [
    ("Invalid Error: Failed to scan string. Database file appears to be corrupted.", DamagedStoreError),
    ("Invalid Input Error: Perfect hash aggregate: group 8 exceeded total groups 8.", DamagedStoreError),
    ("IO Error: Corrupt database file: computed checksum 1 in block at location 12288", DamagedStoreError),
    ("Data Corruption Error: read of 8 bytes\nin a segment", DamagedStoreError),
    ("INTERNAL Error: Information loss on integer cast", DamagedStoreError),
    ("Serialization Error: Failed to deserialize: field id mismatch", DamagedStoreError),
    ("IO Error: Corrupt WAL file: entry at byte position 40 computed checksum 1", TornLogError),
    ('IO Error: Could not set lock on file "fresh": Conflicting lock is held in PID 0', StoreError),
    ('IO Error: Could not write file "s.duckdb": No space left on device', StoreError),
]
OF_A_STATEMENT = [
    "Catalog Error: Table with name corrupt does not exist!",
    'Binder Error: Referenced column "Corrupt" not found in FROM clause!',
    'Parser Error: syntax error at or near "corrupted"',
    "Conversion Error: Could not convert string 'corrupt' to INT32",
    "Invalid Input Error: my own words",
]


@pytest.mark.parametrize(("text", "kind"), OF_A_STORE)
def test_a_failure_of_the_file_says_so(text: str, kind: type[StoreError]) -> None:
    assert type(duckdb_errors.of_attached(STORE, text)) is kind


@pytest.mark.parametrize("text", OF_A_STATEMENT)
def test_a_failure_of_a_statement_is_not_one_of_the_store(text: str) -> None:
    assert duckdb_errors.of_attached(STORE, text) is None
