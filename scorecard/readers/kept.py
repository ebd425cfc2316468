"""The records of source files, read once for all audits that meet the same content."""

import contextlib
from collections.abc import Callable

import msgspec

from scorecard.fingerprint import of_code
from scorecard.readers.code import Source
from scorecard.repository import Repository

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Source | None] = msgspec.msgpack.Decoder(Source | None)


def source(repository: Repository, path: str, read: Callable[[str, str], Source | None]) -> Source | None:
    """What ``read`` makes of the file, by content and path: relative imports mean something else elsewhere.

    Only files are kept of which there is nothing to say but their content: what could not be read, or was not plain
    UTF-8, is read again, so that the report notes it again.
    """
    cache = repository.cache
    blob = repository.blob(path) if cache is not None and cache.sources else ""
    if cache is None or not blob:
        return read(repository.text(path), path)
    key = f"source {of_code()} {blob} {path!r}"
    if cache.held is not None and key in cache.held:
        held: Source | None = cache.held[key]
        return held
    known = cache.get(key)
    found: Source | None = None
    is_whole = False
    if known is not None:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):  # written by nobody of ours
            found, is_whole = _decoder.decode(known), True
    if not is_whole:
        found = read(repository.text(path), path)
        is_whole = repository.is_plain(path)
        if is_whole:
            with contextlib.suppress(UnicodeEncodeError):  # a string with half a surrogate pair in it
                cache.put(key, _encode(found))
    if is_whole and cache.held is not None:
        cache.held[key] = found
    return found
