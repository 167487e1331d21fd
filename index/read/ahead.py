"""Work shared with a second process (partner.py), where there is one; done by the one that asks for it elsewhere.

    with in_processes():
        for page in in_turns(load, decide, lay_out, 259, elsewhere=Work(opened, data), name="niên giám.pdf"):
            …
        ours, theirs = together(half, (data, 0), (data, 1), name="niên giám.xls")

`in_turns` is for things 1, 2, 3 … that cannot be finished without knowing of their neighbours: each is begun, what others must know
of it is told, all that was told decides how it is finished, and the process that began it does that. So what is large stays where
it was made, and all of the work but the deciding is shared.

A file that is read alone is shared from its beginning, with a process that is forked once and stays: one that was just forked has
to copy what it touches of the other's memory, which costs as much as 50 pages. Where the other core has files of its own
(`beside`), one process does it all until the other reader has none left: what is left then of a long file is shared with that.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from index.read.partner import ANSWER, CALL, MADE, STRETCH, TOLD, Forked, Partner, Peer, Withdrawn, Work

FEWEST = 10  # things left that are worth asking another process
FEWEST_COLD = 48  # the same, where the process has to be made first or is yet to get the file
LAG = 48  # things that may be finished before the one that is waited for
THEIRS = 7  # things of theirs after a stretch of ours: they have to hand them over, we have to decide and to write

T = TypeVar("T")
Begun = TypeVar("Begun")
Told = TypeVar("Told")
Answer = TypeVar("Answer")
_may_fork: ContextVar[bool] = ContextVar("may fork", default=False)
_peer: ContextVar[Peer | None] = ContextVar("peer", default=None)
_forked: list[Forked] = []  # at most one


@contextmanager
def in_processes() -> Iterator[None]:
    """`in_turns` and `together` may fork inside: no other thread runs. Nothing they start outlives it."""
    token = _may_fork.set(True)
    try:
        yield
    finally:
        _may_fork.reset(token)
        _end_forked()


@contextmanager
def beside(peer: Peer | None) -> Iterator[None]:
    """Inside, nothing is forked, for the other cores have other files; `peer` is asked once it is ready."""
    forking, other = _may_fork.set(False), _peer.set(peer)
    try:
        yield
    finally:
        _may_fork.reset(forking)
        _peer.reset(other)


def may_share() -> bool:
    """A process may be forked here, and there is a core for it."""
    return _may_fork.get() and _has_cores()


def _has_cores() -> bool:
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def together(function: Callable[..., T], ours: tuple[Any, ...], theirs: tuple[Any, ...], *, name: str = "") -> tuple[T, T]:
    """function(*ours) and function(*theirs), at the same time where that is allowed. The function stands in a module, by its name.

    What it raises is raised here, for `ours` first. Raises ReaderStopped for the file `name` where the other process ends early.
    """
    if not may_share():
        return function(*ours), function(*theirs)
    try:
        helper = _helper()
        helper.say(CALL, (function, theirs))
        made = function(*ours)
        return made, helper.take(MADE, name)
    except BaseException:  # an interrupt as well: what it is at is of no use any more
        _end_forked()
        raise


def in_turns(
    begin: Callable[[int], tuple[Begun, Told]],
    decide: Callable[[Iterator[Told]], Iterator[Answer]],
    finish: Callable[[Begun, Answer], T],
    count: int,
    *,
    elsewhere: Work | None = None,
    name: str = "",
) -> Iterator[T]:
    """finish(begun, answer) of each number 1 … count, where begin(number) = (begun, told), and `decide` makes an answer to each of
    what is told of all of them, in order. It may look a few of them further before it answers. `elsewhere`: how another process
    comes to begin and finish them; None: it cannot.

    All are at rest once the last has come, and when the iterator is closed. What they raise is raised here. Raises ReaderStopped
    for the file `name` where a process ends too early.
    """
    return _Turns(begin, finish, count, elsewhere, name).made(decide)


class _Turns(Generic[Begun, Told, Answer, T]):
    """One row of things, some of them perhaps another process's."""

    def __init__(
        self,
        begin: Callable[[int], tuple[Begun, Told]],
        finish: Callable[[Begun, Answer], T],
        count: int,
        elsewhere: Work | None,
        name: str,
    ) -> None:
        self._begin, self._finish, self._count, self._elsewhere, self._name = begin, finish, count, elsewhere, name
        self._begun: deque[Begun] = deque()  # here, without an answer
        self._partner: Partner | None = None
        self._theirs: Set[int] = frozenset()
        self._made: deque[tuple[bool, T | None]] = deque()  # here, or (False, None) for one that comes from the partner

    def made(self, decide: Callable[[Iterator[Told]], Iterator[Answer]]) -> Iterator[T]:
        at_rest = False
        try:
            for number, answer in enumerate(decide(self._told()), 1):
                if self._partner and number in self._theirs:
                    self._partner.say(ANSWER, answer)
                    self._made.append((False, None))
                else:
                    self._made.append((True, self._finish(self._begun.popleft(), answer)))
                yield from self._next(all_but=LAG)
            yield from self._next(all_but=0)
            at_rest = True
        finally:
            if self._partner and not at_rest:
                _part(self._partner)

    def _told(self) -> Iterator[Told]:
        for number in range(1, self._count + 1):
            if self._partner is None and not (number - 1) % STRETCH:
                self._look_for_partner(number)
            if self._partner and number in self._theirs:
                try:
                    yield self._partner.take(TOLD, self._name)
                    continue
                except Withdrawn:
                    self._partner, self._theirs = None, frozenset()
            begun, told = self._begin(number)
            self._begun.append(begun)
            yield told

    def _look_for_partner(self, number: int) -> None:
        """From `number` on, a stretch of ours and one of theirs in turn."""
        if self._elsewhere is None:
            return
        self._partner = _partner(self._count + 1 - number)
        if self._partner:
            theirs = [n for n in range(number, self._count + 1) if (n - number) % (STRETCH + THEIRS) >= STRETCH]
            self._theirs = frozenset(theirs)
            self._partner.do(self._elsewhere._replace(numbers=theirs))

    def _next(self, *, all_but: int) -> Iterator[T]:
        """What is there of those that come next, and whatever has to be for no more than so many to wait."""
        while self._made:
            ours, made = self._made[0]
            if not ours:
                assert self._partner is not None
                if len(self._made) <= all_but and not self._partner.has(MADE, self._name):
                    return
                made = self._partner.take(MADE, self._name)
            self._made.popleft()
            yield made  # type: ignore[misc]


def _partner(left: int) -> Partner | None:
    """For so many things, if any."""
    if may_share():
        return _helper() if left >= (FEWEST if _forked else FEWEST_COLD) else None
    peer = _peer.get()
    return peer if peer is not None and left >= FEWEST_COLD and _has_cores() and peer.is_ready() else None


def _part(partner: Partner) -> None:
    """It is at something that is of no use any more."""
    if partner in _forked:
        _end_forked()
    else:
        partner.end()


def _helper() -> Forked:
    """The process that stays."""
    if _forked and _forked[0].has_ended():  # between two files
        _end_forked()
    if not _forked:
        _forked.append(Forked())
    return _forked[0]


def _end_forked() -> None:
    while _forked:
        _forked.pop().end()
