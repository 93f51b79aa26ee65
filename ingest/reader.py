"""Strangers' mails are read in processes of their own, within a budget of time and memory.

Whatever a mail does to the programs that take it apart, the house stands and the next is read.
"""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass, field
from functools import cached_property

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from ingest.documents.scans import Scanner
from ingest.mail import Mail
from ingest.parse import parse
from ingest.screening import Own, Screening, screen

SECONDS = 90.0  # for one mail, its scanned pages read by a machine included
MEMORY = 2_000_000_000  # bytes a reading process may hold
_SMALL = 200_000  # bytes: such mails are read several at a time
_TOGETHER = 25
_MAILS_TO_A_PROCESS = 2_000  # then a fresh one: whatever leaks in a library leaks for an hour


@dataclass(frozen=True)
class Unread:
    """A mail that could not be read within the budget: why, as a French clause."""

    reason: str


@dataclass(frozen=True)
class Received:
    """A mail that was read, and what its envelope tells."""

    mail: Mail
    screening: Screening


Reading = Callable[[Sequence[bytes]], Iterable[Received | Unread]]


def receive(data: bytes, own: Own) -> Received:
    """Read and screen in this very process. Never raises, but may take long over hostile mail."""
    mail = parse(data, Scanner())
    return Received(mail, screen(mail, own))


@dataclass(frozen=True)
class Reader:
    """Reads mails beside the house, as many at once as there are processors. Close it."""

    own: Own
    seconds: float = SECONDS
    memory: int = MEMORY
    read_one: Callable[[bytes, Own], Received] = receive
    workers: int = field(default_factory=lambda: min(4, len(os.sched_getaffinity(0))))
    preload: Sequence[str] = ()  # modules that every reading process would import: once for all

    def __call__(self, mails: Sequence[bytes]) -> Iterator[Received | Unread]:
        """Every mail in its order, the first while the next are being read. Those of a group that
        failed are each tried alone.
        """
        groups = _grouped(mails)
        waiting = [self._begin(group) for group in groups]
        for group, promised in zip(groups, waiting, strict=True):
            try:
                yield from promised.result()
            except (TooLong, ProcessExpired, MemoryError) as error:
                yield from map(self._alone, group) if len(group) > 1 else [_unread(error)]

    def close(self) -> None:
        """End the processes, if any was begun."""
        if "_pool" in self.__dict__:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    def _begin(self, group: Sequence[bytes]) -> ProcessFuture[list[Received]]:
        if not self._pool.active:  # its idle processes were killed by somebody: begin again
            self.close()
            del self.__dict__["_pool"]
        return self._pool.schedule(_read, (group, self.own, self.read_one), timeout=self.seconds)

    def _alone(self, data: bytes) -> Received | Unread:
        try:
            [received] = self._begin([data]).result()
        except (TooLong, ProcessExpired, MemoryError) as error:
            return _unread(error)
        return received

    @cached_property
    def _pool(self) -> ProcessPool:
        # Not forked: the house has threads, and a fork copies their locks as they happen to be.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(self.preload))
        return ProcessPool(
            self.workers,
            max_tasks=_MAILS_TO_A_PROCESS // _TOGETHER,
            initializer=within,
            initargs=(self.memory,),
            context=context,
        )


def within(memory: int) -> None:
    """Bound this process, and let the others go first."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        os.nice(5)


def _read(
    mails: Sequence[bytes], own: Own, read_one: Callable[[bytes, Own], Received]
) -> list[Received]:
    return [read_one(data, own) for data in mails]


def _grouped(mails: Sequence[bytes]) -> list[list[bytes]]:
    """Small mails together, so that the way to the other process costs little; large ones alone."""
    groups: list[list[bytes]] = []
    held = _SMALL
    for data in mails:
        if held + len(data) > _SMALL or len(groups[-1]) == _TOGETHER:
            groups.append([])
            held = 0
        groups[-1].append(data)
        held += len(data)
    return groups


def _unread(error: BaseException) -> Unread:
    if isinstance(error, TooLong):
        return Unread("sa lecture demande trop de temps : il est peut-être fait pour bloquer")
    if isinstance(error, MemoryError):
        return Unread("sa lecture demande trop de mémoire : il est peut-être fait pour bloquer")
    return Unread("sa lecture a interrompu le programme : il est peut-être fait pour bloquer")
