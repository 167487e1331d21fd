"""Loads something once a process, however many threads ask for it at the same moment.

functools.cache lets two threads that come together both do the work, and hands them two objects: each then makes its own indexes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from threading import RLock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def once(load: Callable[P, T]) -> Callable[P, T]:
    """`load`, called once for each choice of (hashable) arguments; whoever comes meanwhile waits. An exception is not kept."""
    kept, lock = cache(load), RLock()

    @wraps(load)
    def loaded(*args: P.args, **kwargs: P.kwargs) -> T:
        with lock:
            return kept(*args, **kwargs)  # type: ignore[arg-type]  # functools types them as hashable

    return loaded
