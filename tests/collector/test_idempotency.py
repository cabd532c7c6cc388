import asyncio

import event_loop
import pytest
from starlette.exceptions import HTTPException

from charnet.collector.idempotency import MAX_KEYS, Idempotency, Result


class Work:
    """Takes a moment, and counts how often it was done."""

    def __init__(self, failures: int = 0) -> None:
        self.done, self.failures = 0, failures

    async def __call__(self) -> Result:
        await asyncio.sleep(0.01)
        self.done += 1
        if self.done <= self.failures:
            raise OSError("No space left on device")
        return 201, {"n": self.done}


def together(idempotency: Idempotency, keys: list[str], work: Work) -> list[Result | BaseException]:
    async def gather() -> list[Result | BaseException]:
        return await asyncio.gather(*(idempotency.run_once(key, 0, work) for key in keys), return_exceptions=True)

    return event_loop.run(gather())


def test_work_under_way_is_waited_for() -> None:
    idempotency, work = Idempotency(), Work()
    assert together(idempotency, ["k"] * 8, work) == [(201, {"n": 1})] * 8
    assert together(idempotency, ["k"], work) == [(201, {"n": 1})]
    assert work.done == 1


def test_other_keys_and_none_are_work_of_their_own() -> None:
    work = Work()
    together(Idempotency(), ["", "", "a", "b"], work)
    assert work.done == 4


def test_after_a_failure_the_next_one_tries_again() -> None:
    idempotency, work = Idempotency(), Work(failures=2)
    first, second, third, fourth = together(idempotency, ["k"] * 4, work)
    assert isinstance(first, OSError) and isinstance(second, OSError)
    assert third == fourth == (201, {"n": 3})


def test_another_content_under_a_key_is_refused_even_while_the_first_is_under_way() -> None:
    async def two() -> list[Result | BaseException]:
        idempotency, work = Idempotency(), Work()
        first = idempotency.run_once("k", [1, 2], work)
        return await asyncio.gather(first, idempotency.run_once("k", [1, 3], work), return_exceptions=True)

    first, second = event_loop.run(two())
    assert first == (201, {"n": 1})
    assert isinstance(second, HTTPException) and second.status_code == 422


@pytest.mark.parametrize(("extra", "again"), [(0, 1), (1, 2)])
def test_only_so_many_results_are_remembered(extra: int, again: int) -> None:
    async def many() -> Result:
        idempotency, work = Idempotency(), Work()

        async def instant() -> Result:
            return 200, {}

        await idempotency.run_once("first", 0, work)
        for n in range(MAX_KEYS - 1 + extra):
            await idempotency.run_once(str(n), 0, instant)
        return await idempotency.run_once("first", 0, work)

    assert event_loop.run(many()) == (201, {"n": again})
