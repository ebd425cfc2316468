"""What an audit made, kept for the next one in the user's own cache folder.

Entries are named by all that they depend on: what was read, how, and the digest of our own code. So none is ever out of
date; one that nothing asks for any more goes when the room is needed. They are bytes with a checksum, never objects: reading
one executes nothing. SQLite keeps them whole under concurrent runs and after a run that was killed. Whatever goes wrong here
costs time, never the report.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

LIMIT = 500_000_000
"""Bytes; some 50 repositories of 1,000 Python files each."""
_PATIENCE = 5.0  # seconds to wait for another run that writes
_DAY = 86_400
_TABLE = """
create table if not exists kept (key text primary key, used integer not null, sum integer not null, value blob not null)
"""


def home() -> Path:
    """MLOPS_CACHE_DIR, else where the user's programs keep such things (XDG_CACHE_HOME, or what the system has instead)."""
    said = os.environ.get("MLOPS_CACHE_DIR")
    if said:
        return Path(said)
    from platformdirs import user_cache_path  # noqa: PLC0415  not every command needs it

    return user_cache_path("sevenasks", appauthor=False)


class Cache:
    """Entries below ``folder``, never more than about ``limit`` bytes; opened when it is first used, for one process.

    With ``sources`` false only whole reports are kept: a fleet is larger than any cache for the records of its files.
    ``held`` is what a process that reads many revisions of one repository has in memory, by keys like those on the disk.
    """

    def __init__(self, folder: Path, *, limit: int = LIMIT, sources: bool = True) -> None:
        self.path = folder / "audits.sqlite"
        self.limit, self.sources = limit, sources
        self.held: dict[str, Any] | None = None
        self._waiting: dict[str, bytes] = {}
        self._touched: list[str] = []
        self._connection: sqlite3.Connection | None = None
        self._owner = 0

    def get(self, key: str) -> bytes | None:
        """The entry, None where there is none or not the whole of it."""
        if key in self._waiting:
            return self._waiting[key]
        with self._guarded() as database:
            if database is not None and (row := _row(database, key)) is not None:
                used, checksum, value = row
                if isinstance(value, bytes) and crc32(value) == checksum:
                    if used != _today():
                        self._touched.append(key)
                    return value
        return None

    def put(self, key: str, value: bytes) -> None:
        """Keep an entry; it is written by ``flush``."""
        self._waiting[key] = value

    def flush(self) -> None:
        """Write down what is new, in one step, and make room where the limit is passed."""
        if not self._waiting and not self._touched:
            return
        day = _today()
        with self._guarded() as database:
            if database is not None:
                rows = [(key, day, crc32(value), value) for key, value in self._waiting.items()]
                with database:
                    database.executemany("insert or replace into kept values (?, ?, ?, ?)", rows)
                    database.executemany("update kept set used = ? where key = ?", [(day, k) for k in self._touched])
                    self._make_room(database)
        self._waiting.clear()
        self._touched.clear()

    def size(self) -> tuple[int, int]:
        """How many entries there are, and how many bytes on the disk."""
        count = 0
        if self.path.exists():
            with self._guarded() as database:
                if database is not None:
                    count = database.execute("select count(*) from kept").fetchone()[0]
        return count, sum(path.stat().st_size for path in self._files())

    def clear(self) -> None:
        """Take everything away. Raises OSError."""
        self.close()
        for path in self._files():
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None and self._owner == os.getpid():
            self._connection.close()
        self._connection = None

    def _files(self) -> list[Path]:
        return [path for path in self.path.parent.glob(f"{self.path.name}*") if path.is_file()]

    def _make_room(self, database: sqlite3.Connection) -> None:
        pages, free, size = (database.execute(f"pragma {what}").fetchone()[0] for what in _PAGES)
        excess = (pages - free) * size - self.limit
        if excess <= 0:
            return
        excess += self.limit // 5  # not again at the next run
        gone = []
        for row, length in database.execute("select rowid, length(value) from kept order by used, rowid"):
            gone.append((row,))
            excess -= length
            if excess <= 0:
                break
        database.executemany("delete from kept where rowid = ?", gone)

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[sqlite3.Connection | None]:
        """The database; a file that is none is replaced, and what cannot be had is done without."""
        try:
            database = self._opened()
        except TimeoutError:  # an OSError, and somebody's alarm
            raise
        except (OSError, sqlite3.Error):
            database = None
        try:
            yield database
        except sqlite3.OperationalError:  # locked for too long, read-only, no space left
            pass
        except sqlite3.DatabaseError:  # torn by something that was not us
            with contextlib.suppress(OSError):
                self.clear()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and self._owner == os.getpid():
            return self._connection
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._connection = self._connect()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "no such column" not in str(error):
                raise  # locked, read-only: another run's, and fine
            self.clear()
            self._connection = self._connect()
        self._owner = os.getpid()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=_PATIENCE, check_same_thread=False)
        try:
            database.execute("pragma synchronous = off")  # what a power cut tears, the checksums tell
            database.execute(_TABLE)
            database.execute("select key, used, sum, value from kept limit 0")
        except BaseException:
            database.close()
            raise
        return database


_PAGES = ("page_count", "freelist_count", "page_size")


def _row(database: sqlite3.Connection, key: str) -> tuple[int, int, bytes] | None:
    row: tuple[int, int, bytes] | None = database.execute(
        "select used, sum, value from kept where key = ?", (key,)
    ).fetchone()
    return row


def _today() -> int:
    return int(time.time()) // _DAY
