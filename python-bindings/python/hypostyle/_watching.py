"""Watching queries: progress, futures, what operators did."""

from __future__ import annotations

import atexit
import concurrent.futures
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from hypostyle import _native

if TYPE_CHECKING:
    from hypostyle._plan import Plan
    from hypostyle.frame import DataFrame


class ProgressBar:
    """Shows how far the queries are that run meanwhile: share of the partitions, rows read and their rate.

    >>> import hypostyle as hs
    >>> with hs.ProgressBar(minimum=60):
    ...     n = len(hs.DataFrame({"x": [1, 2, 3]}).query("x > 1"))
    >>> n
    2
    """

    def __init__(self, minimum: float = 0.5, dt: float = 0.1, out: Any = None) -> None:
        self.minimum, self.dt, self.out = minimum, dt, out
        self._stop = threading.Event()

    def __enter__(self) -> ProgressBar:
        self._watch, self._started, self._shown = _native.Watch(), time.monotonic(), False
        self._stop.clear()
        _native.watch_all(self._watch)
        self._thread = threading.Thread(target=self._run, name="hypostyle-progress", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        _native.watch_all(None)
        self._stop.set()
        self._thread.join()
        if self._shown:
            self._write(self.text() + "\n")

    def text(self) -> str:
        """The line that is shown."""
        done, total, rows = self._watch.progress()
        spent = max(time.monotonic() - self._started, 1e-9)
        share = done / total if total else 0.0
        bar = "#" * round(30 * share)
        return f"[{bar:<30}] {100 * share:3.0f} % | {rows:,} rows | {rows / spent:,.0f} rows/s | {spent:.1f} s"

    def _run(self) -> None:
        while not self._stop.wait(self.dt):
            if time.monotonic() - self._started >= self.minimum:
                self._shown = True
                self._write(self.text())

    def _write(self, text: str) -> None:
        out = sys.stderr if self.out is None else self.out
        out.write(f"\r{text}")
        out.flush()


class Profile:
    """What the operators of a query did: `frame` has a row for each, notebooks show bars."""

    def __init__(self, operators: list[tuple[str, int, int, int, float]], seconds: float) -> None:
        self._operators, self.seconds = operators, seconds

    @property
    def frame(self) -> DataFrame:
        """Operator, rows and batches it gave, their bytes, and its seconds summed over threads."""
        from hypostyle.frame import DataFrame

        names = ["operator", "rows", "batches", "bytes", "seconds"]
        lists = list(zip(*self._operators, strict=True)) or [()] * len(names)
        return DataFrame({name: list(values) for name, values in zip(names, lists, strict=True)})

    def __repr__(self) -> str:
        return f"{self.frame!r}\n{self.seconds:.3f} s"

    def _repr_html_(self) -> str:
        import html

        most = max((seconds for *_, seconds in self._operators), default=0) or 1
        rows = [
            f"<tr><td>{html.escape(name)}</td><td>{rows:,}</td><td>{size:,}</td><td>{1e3 * seconds:.1f} ms</td>"
            f'<td style="width:200px"><div style="background:#4a7;height:1em;width:{100 * seconds / most:.0f}%">'
            "</div></td></tr>"
            for name, rows, _, size, seconds in self._operators
        ]
        head = "<tr><th>operator</th><th>rows</th><th>bytes</th><th>time</th><th></th></tr>"
        return f"<table>{head}{''.join(rows)}</table><p>{self.seconds:.3f} s</p>"


#: The threads of queries that were submitted and have not ended.
_running: dict[threading.Thread, _native.Watch] = {}


@atexit.register
def _stop() -> None:
    """Stops the queries that nobody waits for any more, before there is no interpreter that they could come back to."""
    found = list(_running.items())
    for _, watch in found:
        watch.cancel()
    for thread, _ in found:
        thread.join(5)


class Watching:
    """Running the query of a frame or a series otherwise than by waiting for it."""

    __slots__ = ()

    _plan: Plan

    def _watched(self) -> tuple[Plan, Self]:
        """The plan that runs, and what stands for its result."""
        return self._plan, self

    def submit(self) -> concurrent.futures.Future[Self]:
        """Starts the query and returns at once: a `concurrent.futures.Future` of the computed frame or series. Cancelling
        it stops the query.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2]}).query("x > 1").submit().result()["x"].to_list()
        [2]
        """
        watch, (plan, made) = _native.Watch(), self._watched()
        future = _Future(watch)

        def work() -> None:
            try:
                watch.collect(plan.query)
            except BaseException as error:
                future.settle(None, error)
            else:
                future.settle(made, None)
            _running.pop(thread, None)

        future.set_running_or_notify_cancel()
        thread = threading.Thread(target=work, name="hypostyle-submit", daemon=True)
        _running[thread] = watch
        thread.start()
        return future

    async def compute_async(self) -> Self:
        """Runs the query without blocking the event loop; cancelling the task stops the query.

        >>> import asyncio, hypostyle as hs
        >>> df = hs.DataFrame({"x": [1, 2]}).query("x > 1")
        >>> len(asyncio.run(df.compute_async()))
        1
        """
        import asyncio

        future = self.submit()
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            future.cancel()
            raise

    def profile(self) -> Profile:
        """Runs the query and tells what each operator did; of a query that has run, nothing.

        >>> import hypostyle as hs
        >>> hs.DataFrame({"x": [1, 2, 3]}).query("x > 1").profile().frame.columns
        ['operator', 'rows', 'batches', 'bytes', 'seconds']
        """
        watch, started = _native.Watch(), time.perf_counter()
        watch.collect(self._watched()[0].query)
        return Profile(watch.operators(), time.perf_counter() - started)


class _Future(concurrent.futures.Future):
    """A future whose cancelling stops the query."""

    def __init__(self, watch: _native.Watch) -> None:
        super().__init__()
        self._watch, self._settled = watch, threading.Lock()

    def cancel(self) -> bool:
        """Stops the query; waiting for it then raises `CancelledError`."""
        with self._settled:
            if self.done():
                return False
            self._watch.cancel()
            self.set_exception(concurrent.futures.CancelledError())
            return True

    def cancelled(self) -> bool:
        return self.done() and isinstance(self.exception(), concurrent.futures.CancelledError)

    def settle(self, value: Any, error: BaseException | None) -> None:
        """What came out, unless it was cancelled."""
        with self._settled:
            if self.done():
                return
            if error is None:
                self.set_result(value)
            else:
                self.set_exception(error)
