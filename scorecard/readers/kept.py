"""The records of source files: from the cache, else read, on several cores where there is much to read."""

import contextlib
from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import Struct

from scorecard.readers import pool
from scorecard.readers.code import Source
from scorecard.repository import Repository

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Source | None] = msgspec.msgpack.Decoder(Source | None)


class Job(Struct, frozen=True):
    """A file, and what makes records of a text and its path."""

    path: str
    read: Callable[[str, str], Source | None]


def sources(repository: Repository, jobs: Sequence[Job]) -> Iterator[Source | None]:
    """What each job makes of its file, in their order; what is to be noted of a file is noted when its turn comes.

    Kept by content and path: relative imports mean something else elsewhere. Only files are kept of which there is
    nothing to say but their content: what could not be read, or was not plain UTF-8, is read again, so that the report notes it again.
    """
    ahead = _ahead(repository, jobs) if repository.jobs > 1 else {}
    for job in jobs:
        yield _source(repository, job, ahead.get(job.path))


def _ahead(repository: Repository, jobs: Sequence[Job]) -> dict[str, bytes]:
    """The records of what is not kept yet, made by several processes, if that is much."""
    noted = list(repository.notes)
    lacking = [job for job in jobs if not _is_kept(repository, job)]
    texts = [repository.text(job.path) for job in lacking]
    for note in repository.notes[len(noted) :]:
        repository.postpone(note)
    if sum(map(len, texts)) < pool.WORTH_IT:
        return {}
    made = pool.run(
        lambda n: _encode(lacking[n].read(texts[n], lacking[n].path)), list(map(len, texts)), repository.jobs
    )
    return {job.path: record for job, record in zip(lacking, made, strict=True) if record is not None}


def _is_kept(repository: Repository, job: Job) -> bool:
    key = _key(repository, job.path)
    cache = repository.cache
    return cache is not None and key != "" and (key in (cache.held or ()) or cache.get(key) is not None)


def _key(repository: Repository, path: str) -> str:
    cache = repository.cache
    blob = repository.blob(path) if cache is not None and cache.sources else ""
    if not blob:
        return ""
    from scorecard.fingerprint import of_code  # noqa: PLC0415  only what is kept needs a name

    return f"source {of_code()} {blob} {path!r}"


def _source(repository: Repository, job: Job, made: bytes | None) -> Source | None:
    cache, key = repository.cache, _key(repository, job.path)
    if cache is None or not key:
        text = repository.text(job.path)
        return job.read(text, job.path) if made is None else _decoder.decode(made)
    if cache.held is not None and key in cache.held:
        held: Source | None = cache.held[key]
        return held
    found, is_whole = None, False
    known = cache.get(key) if made is None else made
    if known is not None:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):  # written by nobody of ours
            found, is_whole = _decoder.decode(known), True
    if made is not None or not is_whole:
        text = repository.text(job.path)
        found = job.read(text, job.path) if not is_whole else found
        is_whole = repository.is_plain(job.path)
        if is_whole:
            with contextlib.suppress(UnicodeEncodeError):  # a string with half a surrogate pair in it
                cache.put(key, _encode(found) if made is None else made)
    if is_whole and cache.held is not None:
        cache.held[key] = found
    return found
