"""Questions that come while others are being answered are answered together, next. No timer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence


class Gathering[Q, A]:
    """`answer` takes many different questions at once; what it leaves out is answered None."""

    def __init__(self, answer: Callable[[Sequence[Q]], Awaitable[Mapping[Q, A]]]) -> None:
        self._answer = answer
        self._asked: dict[Q, list[asyncio.Future[A | None]]] = {}
        self._answering: asyncio.Task[None] | None = None

    def ask(self, question: Q) -> asyncio.Future[A | None]:
        """The answer of a reading that begins after this call."""
        future: asyncio.Future[A | None] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(question, []).append(future)
        if self._answering is None:
            self._answering = asyncio.create_task(self._answer_all())
        return future

    async def _answer_all(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await self._answer_some(asked)
        finally:
            self._answering = None

    async def _answer_some(self, asked: dict[Q, list[asyncio.Future[A | None]]]) -> None:
        try:
            answers = await self._answer(list(asked))
        except Exception as error:
            for future in waiting(asked):
                future.set_exception(error)
        else:
            for question, futures in asked.items():
                answer = answers.get(question)
                for future in futures:
                    if not future.done():
                        future.set_result(answer)


def waiting[Q, A](asked: Mapping[Q, list[asyncio.Future[A]]]) -> list[asyncio.Future[A]]:
    """The futures that somebody still waits for."""
    return [future for futures in asked.values() for future in futures if not future.done()]
