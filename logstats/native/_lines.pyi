from typing import final

def contents(lines: bytes, longest: int) -> tuple[int, bool, bool, bool, bool, bool, bool]: ...

@final
class Table:
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...
    def __len__(self) -> int: ...

@final
class LineReader:
    def __new__(
        cls,
        seed: int,
        vhost: int,
        has_agent: bool,
        rest: int,
        most_texts: int,
        most_bytes: int,
        first_code: int = 0,
    ) -> LineReader: ...
    def feed(self, lines: bytes | bytearray | memoryview) -> int: ...
    def take(self) -> tuple[bytes, tuple[Table, Table, Table, Table, Table, Table]]: ...
    def first_codes(self) -> tuple[int, int, int]: ...
