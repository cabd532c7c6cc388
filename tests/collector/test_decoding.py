import asyncio
import threading
from typing import Any

import event_loop
import pytest
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from charnet.collector import decoding
from charnet.collector.decoding import Decoding


class Client:
    """A request whose body was read, until its client hangs up."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}


async def until(condition: Any) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def test_a_few_run_at_once_and_what_else_there_is_to_do_does_not_wait() -> None:
    running: list[int] = []
    go_on = threading.Event()

    def work(number: int) -> int:
        running.append(number)
        go_on.wait()
        return number

    async def main() -> None:
        pictures, client = Decoding(), Client()
        tasks = [asyncio.create_task(pictures.run(client, lambda n=n: work(n))) for n in range(60)]  # type: ignore[arg-type]
        await until(lambda: running)
        for _ in range(50):
            assert await run_in_threadpool(lambda: 1) == 1
        assert 1 <= len(running) <= decoding.AT_ONCE
        go_on.set()
        assert await asyncio.gather(*tasks) == list(range(60))

    event_loop.run(main())


def test_whoever_hangs_up_while_it_waits_is_dropped() -> None:
    done: list[int] = []
    go_on = threading.Event()

    def work(number: int) -> None:
        go_on.wait()
        done.append(number)

    async def main() -> None:
        pictures, clients = Decoding(), [Client() for _ in range(30)]
        tasks = [
            asyncio.create_task(pictures.run(client, lambda n=n: work(n)))  # type: ignore[arg-type]
            for n, client in enumerate(clients)
        ]
        await until(lambda: pictures._limiter.statistics().tasks_waiting == 30 - pictures._limiter.borrowed_tokens)
        for client in clients[10:]:
            client.gone.set()
        await until(lambda: all(task.done() for task in tasks[10:]))
        go_on.set()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert ended[:10] == [None] * 10 and {type(error) for error in ended[10:]} == {HTTPException}
        assert sorted(done) == list(range(10))

    event_loop.run(main())


def test_too_many_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_WAITING", 2)
    go_on = threading.Event()

    async def main() -> None:
        pictures, client = Decoding(), Client()
        tasks = [asyncio.create_task(pictures.run(client, go_on.wait)) for _ in range(20)]  # type: ignore[arg-type]
        await until(lambda: any(task.done() for task in tasks))
        go_on.set()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [error.status_code for error in ended if isinstance(error, HTTPException)] == [503] * 18
        assert await pictures.run(client, lambda: 1) == 1  # type: ignore[arg-type]

    event_loop.run(main())


def test_an_error_of_the_work_comes_through() -> None:
    async def main() -> None:
        with pytest.raises(ValueError, match="damaged"):
            await Decoding().run(Client(), lambda: (_ for _ in ()).throw(ValueError("damaged")))  # type: ignore[arg-type]

    event_loop.run(main())
