"""Rows drawn at random: the same ones for the same seed, whatever the number of threads."""

from __future__ import annotations

from typing import Any

from hypostyle import _groups, _native, _numpy
from hypostyle._cells import by_row, call, literal
from hypostyle._groups import Keys
from hypostyle._numbered import numbers
from hypostyle._plan import Plan
from hypostyle._windows import window
from hypostyle.errors import InvalidArgumentError, ShapeError

Native = _native.Expr
Query = _native.Query


def seed_of(random_state: Any) -> int:
    """The seed given (a number, or a generator of NumPy's that draws one), or one that nobody knows."""
    if random_state is None:
        import random

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
    """As many random numbers below 2^64, numbered ``n``."""
    return numbers(count).with_columns([call("hash", Native.column("n"), seed=seed).alias(name)])


def _check_weights(weighty: _native.Query) -> None:
    weight = Native.column("weight")
    if weighty.filter(weight.binary("<", literal(0.0)).binary("|", call("is_nan", weight))).rows():
        raise InvalidArgumentError("sample: a weight is less than 0")


def _places(rows: int, count: int, seed: int) -> _native.Table:
    """Numbers of rows, each as likely as the others."""
    drawn = _draws(count, seed, "row")
    return drawn.select([Native.column("row").binary("%", literal(max(rows, 1))).cast("int64").alias("row")]).collect()


def _likely_places(plan: Plan, weights: Any, count: int, seed: int) -> _native.Table:
    """Numbers of rows, each as likely as its weight says: where a random part of the total of all weights lies."""
    row = window("row_number").binary("-", literal(1))
    weighty = plan.query.select([_weight(plan, weights).cast("float64").alias("weight"), row.alias("row")])
    weight = Native.column("weight")
    _check_weights(weighty)
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


def some_columns(
    names: list[str], n: int | None, frac: float | None, replace: bool, weights: Any, random_state: Any
) -> list[str]:
    """The names of columns that are drawn."""
    if replace:
        raise InvalidArgumentError("sample(axis=1): a column is chosen once; replace=False")
    count = (1 if n is None else n) if frac is None else round(frac * len(names))
    if not 0 <= count <= len(names):
        raise InvalidArgumentError(f"sample: {count} columns of {len(names)}")
    import random

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


def _share(n: int | None, frac: float | None, size: Native) -> Native:
    """How many rows are drawn of so many."""
    if frac is None:
        return literal(1 if n is None else int(n))
    return call("round", size.cast("float64").binary("*", literal(float(frac)))).cast("int64")


def _in_groups(plan: Plan, keys: Keys, dropna: bool, weights: Any) -> _native.Query:
    """Numbers of the rows that are in a group, that of the first row of their group, and their weights."""
    row = window("row_number").binary("-", literal(1)).over([], [], [])
    group = Native.call("aggregate", "min", [row]).over([expr for _, expr in keys], [], [])
    weight = literal(1.0) if weights is None else _weight(plan, weights).cast("float64")
    present = _groups.has_key(keys) if dropna else literal(True)
    made = plan.query.select([row.alias("row"), group.alias("group"), weight.alias("weight"), present.alias("present")])
    return made.filter(Native.column("present"))


def likeliest_of_groups(
    plan: Plan, keys: Keys, dropna: bool, n: int | None, frac: float | None, weights: Any, seed: int
) -> Native:
    """Whether a row is one of those drawn from its group by weight, to be put over the groups."""
    key = call("weighted_draw", call("hash", window("row_number").over([], [], []), seed=seed), Native.column("weight"))
    keyed = _in_groups(plan, keys, dropna, weights).select([Native.column("group"), key.alias("key")])
    counts = [
        Native.call("aggregate", name, [Native.column("key")][:args]) for name, args in (("count", 1), ("len", 0))
    ]
    found = keyed.group_by([Native.column("group")], [one.alias(f"n{i}") for i, one in enumerate(counts)], None, False)
    wanted = _share(n, frac, Native.column("n1"))
    if found.filter(Native.column("n0").cast("int64").binary("<", wanted)).rows():
        raise InvalidArgumentError("sample: a group has fewer rows with a weight than are drawn; give replace=True")
    row = window("row_number").over([], [], [])
    drawn = call("weighted_draw", call("hash", row, seed=seed), _weight(plan, weights).cast("float64"))
    place = window("rank", drawn, method="ordinal", descending=True)
    return place.binary("<=", _share(n, frac, Native.call("aggregate", "len", [])))


def places_of_groups(
    plan: Plan, keys: Keys, dropna: bool, n: int | None, frac: float | None, weights: Any, seed: int
) -> _native.Table:
    """Numbers of rows drawn from each group, a row perhaps several times; groups in the order of their first rows."""
    col = Native.column
    rows = _in_groups(plan, keys, dropna, weights)
    if weights is not None:
        _check_weights(rows)
        rows = rows.filter(col("weight").binary(">", literal(0.0)))
        reached = window("cum_sum", col("weight")).over([col("group")], [], [])
        rows = rows.with_columns([reached.alias("reached")])
    else:
        at = window("row_number").binary("-", literal(1)).over([col("group")], [], [])
        rows = rows.with_columns([at.alias("at")])
    # The rows of no weight count for a share, too.
    whole = _in_groups(plan, keys, dropna, None)
    sizes = whole.group_by([col("group")], [Native.call("aggregate", "len", []).alias("size")], True, False)
    sizes = sizes.with_columns([_share(n, frac, col("size")).alias("count")])
    sizes = sizes.filter(col("count").binary(">", literal(0)))
    sizes = sizes.with_columns([window("cum_sum", col("count")).alias("until")])
    most = sizes.select([Native.call("aggregate", "max", [col("until")]).alias("most")]).collect()
    draws = _draws(most.lists(["most"])[0][0] or 0, seed, "drawn")
    drawn = draws.join_asof(sizes, (col("n"), col("until")), [], [], ("", "_"), "forward", None, False)
    if weights is None:
        place = col("drawn").binary("%", col("size").cast("uint64")).cast("int64")
        found = drawn.with_columns([place.alias("at")]).join(
            rows, [col("group"), col("at")], [col("group"), col("at")], "left", ("", "_")
        )
        return found.select([col("row").cast("int64").alias("row")]).collect()
    totals = rows.group_by(
        [col("group")], [Native.call("aggregate", "max", [col("reached")]).alias("total")], None, False
    )
    drawn = drawn.join(totals, [col("group")], [col("group")], "left", ("", "_"))
    part = col("drawn").cast("float64").binary("*", col("total").binary("/", literal(2.0**64)))
    drawn = drawn.with_columns([part.alias("part")])
    by = [col("group")]
    found = drawn.join_asof(rows, (col("part"), col("reached")), by, by, ("", "_"), "forward", None, True)
    if found.filter(call("is_null", col("row"))).rows():
        raise InvalidArgumentError("sample: all weights of a group are 0")
    return found.select([col("row").cast("int64").alias("row")]).collect()
