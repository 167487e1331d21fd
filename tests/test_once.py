"""What is loaded once is one object, however many threads come for it together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.once import once


def test_threads_that_come_together_get_one_object_made_once() -> None:
    made: list[object] = []
    together = threading.Barrier(8)

    @once
    def load() -> object:
        made.append(object())
        threading.Event().wait(0.05)  # long enough for the others to come
        return made[-1]

    def ask(_: int) -> object:
        together.wait()
        return load()

    with ThreadPoolExecutor(8) as threads:
        found = set(map(id, threads.map(ask, range(8))))
    assert len(made) == 1
    assert found == {id(made[0])}


def test_each_choice_of_arguments_has_its_own_and_a_failure_is_tried_again() -> None:
    calls: list[int] = []

    @once
    def load(number: int) -> list[int]:
        calls.append(number)
        if len(calls) == 1:
            raise ValueError(number)
        return [number]

    with pytest.raises(ValueError, match="1"):
        load(1)
    assert load(1) is load(1)
    assert load(2) == [2]
    assert calls == [1, 1, 2]
