"""Rows drawn at random: the same ones for the same seed, whatever the number of threads."""

from __future__ import annotations

import random
from typing import Any

from hypostyle import _native, _numpy
from hypostyle._cells import by_row, call, literal
from hypostyle._plan import Plan
from hypostyle._windows import window
from hypostyle.errors import InvalidArgumentError, ShapeError

Native, Query = _native.Expr, _native.Query


def seed_of(random_state: Any) -> int:
    """The seed given (a number, or a generator of NumPy's that draws one), or one that nobody knows."""
    if random_state is None:
        return random.getrandbits(62)
    if hasattr(random_state, "integers"):
        return int(random_state.integers(0, 2**62))
    if hasattr(random_state, "randint"):
        return int(random_state.randint(0, 2**31 - 1))
    return int(random_state)


def sampled(plan: Plan, n: int | None, frac: float | None, replace: bool, weights: Any, random_state: Any) -> Plan:
    """Some rows in random order."""
    if n is not None and frac is not None:
        raise InvalidArgumentError("sample takes n or frac, not both")
    rows = plan.query.rows() if frac is not None or replace or weights is not None else 0
    count = (1 if n is None else n) if frac is None else round(frac * rows)
    if count < 0:
        raise InvalidArgumentError(f"sample: {count} rows")
    seed = seed_of(random_state)
    drawn = call("hash", window("row_number"), seed=seed)
    if weights is None and not replace:
        if frac is not None and frac > 1:
            raise InvalidArgumentError("sample: more rows than there are; give replace=True")
        if plan.query.is_collected() and count > plan.query.rows():
            raise InvalidArgumentError("sample: more rows than there are; give replace=True")
        return plan.then(lambda query: query.sort([drawn], [False], False).slice(0, count))
    if replace:
        if rows == 0 and count:
            raise InvalidArgumentError("sample: there is no row to draw")
        places = _places(rows, count, seed) if weights is None else _likely_places(plan, weights, count, seed)
        return plan.then(lambda query: query.collect().pick(places, "row"))
    key = call("weighted_draw", drawn, _weight(plan, weights).cast("float64"))
    weighty = plan.query.select([key.alias("key")]).select([Native.call("aggregate", "count", [Native.column("key")])])
    if count > weighty.collect().lists(weighty.names())[0][0]:
        raise InvalidArgumentError(f"sample: {count} rows, and fewer have a weight; give replace=True")
    return plan.then(lambda query: query.sort([key], [True], False).slice(0, count))


def _draws(count: int, seed: int, name: str) -> _native.Query:
    """As many random numbers below 2^64."""
    numbers = Query.from_columns(["n"], [_native.Column.from_values(range(count), "int64")])
    return numbers.select([call("hash", Native.column("n"), seed=seed).alias(name)])


def _places(rows: int, count: int, seed: int) -> _native.Table:
    """Numbers of rows, each as likely as the others."""
    drawn = _draws(count, seed, "row")
    return drawn.select([Native.column("row").binary("%", literal(max(rows, 1))).cast("int64").alias("row")]).collect()


def _likely_places(plan: Plan, weights: Any, count: int, seed: int) -> _native.Table:
    """Numbers of rows, each as likely as its weight says: where a random part of the total of all weights lies."""
    row = window("row_number").binary("-", literal(1))
    weighty = plan.query.select([_weight(plan, weights).cast("float64").alias("weight"), row.alias("row")])
    weight = Native.column("weight")
    if weighty.filter(weight.binary("<", literal(0.0)).binary("|", call("is_nan", weight))).rows():
        raise InvalidArgumentError("sample: a weight is less than 0")
    positive = weighty.filter(weight.binary(">", literal(0.0)))
    reached = positive.with_columns([window("cum_sum", weight).alias("reached")])
    total = reached.select([Native.call("aggregate", "max", [Native.column("reached")]).alias("total")])
    whole = total.collect().lists(["total"])[0][0]
    if not whole or whole == float("inf"):
        raise InvalidArgumentError("sample: all weights are 0" if not whole else "sample: weights without bound")
    part = Native.column("part").cast("float64").binary("*", literal(whole / 2.0**64))
    drawn = _draws(count, seed, "part").select([part.alias("reached")])
    keys = (Native.column("reached"), Native.column("reached"))
    found = drawn.join_asof(reached, keys, [], [], ("", "_"), "forward", None, True)
    return found.select([Native.column("row").cast("int64").alias("row")]).collect()


def _weight(plan: Plan, weights: Any) -> Native:
    if isinstance(weights, str):
        return plan.column(weights)
    if _numpy.is_array(weights) or isinstance(weights, (list, tuple)):
        from hypostyle._columns import column

        if len(weights) != (rows := plan.query.rows()):
            raise ShapeError(f"sample: {len(weights)} weights for {rows} rows")
        return by_row(column(weights, False))
    return plan.expr(weights, same_rows=True)


def _chances(plan: Plan, weights: Any) -> list[float]:
    values = plan.query.select([_weight(plan, weights).cast("float64").alias("weight")]).collect().lists(["weight"])[0]
    chances = [0.0 if value is None else value for value in values]
    if any(chance < 0 or chance != chance for chance in chances):
        raise InvalidArgumentError("sample: a weight is less than 0")
    if chances and not sum(chances):
        raise InvalidArgumentError("sample: all weights are 0")
    return chances


def some_columns(
    names: list[str], n: int | None, frac: float | None, replace: bool, weights: Any, random_state: Any
) -> list[str]:
    """The names of columns that are drawn."""
    if replace:
        raise InvalidArgumentError("sample(axis=1): a column is chosen once; replace=False")
    count = (1 if n is None else n) if frac is None else round(frac * len(names))
    if not 0 <= count <= len(names):
        raise InvalidArgumentError(f"sample: {count} columns of {len(names)}")
    drawn = random.Random(seed_of(random_state))
    if weights is None:
        return drawn.sample(names, count)
    chances = dict(zip(names, list(weights), strict=True))
    found: list[str] = []
    for _ in range(count):
        left = [name for name in names if name not in found]
        if not sum(chances[name] for name in left):
            raise InvalidArgumentError(f"sample: {count} columns, and fewer have a weight")
        found += drawn.choices(left, [chances[name] for name in left])
    return found


def drawn_of_groups(
    plan: Plan, groups: list[Any], n: int | None, frac: float | None, replace: bool, weights: Any, random_state: Any
) -> list[int]:
    """The places of rows drawn from each of some groups of places, in the order of the groups."""
    random_ = random.Random(seed_of(random_state))
    chances = None if weights is None else _chances(plan, weights)
    found: list[int] = []
    for places in groups:
        count = (1 if n is None else n) if frac is None else round(frac * len(places))
        own = None if chances is None else [chances[at] for at in places]
        if replace:
            found += random_.choices(list(places), own, k=count)
            continue
        # Each gets a number that is the greater the likelier it is; the greatest are drawn.
        keys = [random_.random() ** (1 / chance) if chance else -1.0 for chance in own or [1.0] * len(places)]
        order = sorted(range(len(places)), key=keys.__getitem__, reverse=True)[:count]
        if len(order) < count or any(keys[at] < 0 for at in order):
            raise InvalidArgumentError(f"sample: {count} rows of a group, and fewer have a weight; give replace=True")
        found += [places[at] for at in order]
    return found
