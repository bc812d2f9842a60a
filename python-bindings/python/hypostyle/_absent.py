"""What pandas has and Hypostyle has not, and what to write instead."""

from __future__ import annotations

_FUNCTIONS = "use expressions such as hs.when(...).then(...).otherwise(...), or map_partitions for any Python function"
_LABELS = "rows have no labels; choose them by a condition or by position"

FRAME = {
    "T": "to_pandas().T turns a small frame",
    "append": "use hs.concat([df, other])",
    "apply": _FUNCTIONS,
    "applymap": _FUNCTIONS,
    "at": _LABELS,
    "iat": _LABELS,
    "index": "columns act as the index: see index_names, set_index and reset_index",
    "insert": "use assign, and df[[...]] for the order of the columns",
    "iterrows": "use itertuples() or to_dict('records')",
    "join": "use merge, with reset_index() where the key is the index",
    "map": _FUNCTIONS,
    "melt": "use hs.concat of renamed selections",
    "pivot": "use groupby, then to_pandas().pivot",
    "pivot_table": "use groupby, then to_pandas().pivot_table",
    "reindex": _LABELS,
    "replace": "use hs.when(hs.col('x') == old).then(new).otherwise(hs.col('x'))",
    "resample": "group by a truncated date, df.groupby(hs.col('t').date_trunc(...))",
    "stack": "use hs.concat of renamed selections",
    "to_excel": "to_pandas().to_excel writes small frames",
    "to_json": "to_pandas().to_json writes small frames",
    "to_sql": "to_pandas().to_sql writes small frames",
    "transpose": "to_pandas().T turns a small frame",
    "unstack": "use to_pandas() first",
}

SERIES = {
    "apply": _FUNCTIONS,
    "array": "use to_numpy()",
    "cat": "text with few values is held as codes already; it behaves as text",
    "iat": _LABELS,
    "iloc": "series[start:stop] gives rows by position",
    "index": "columns act as the index: see index_names and reset_index",
    "loc": "series[condition] gives rows by a condition",
    "map": _FUNCTIONS,
    "replace": "use hs.when(hs.col('x') == old).then(new).otherwise(hs.col('x'))",
    "to_dict": "use reset_index().to_dict()",
}


def message(kind: str, name: str, advice: dict[str, str]) -> str:
    """What an `AttributeError` says."""
    if name in advice:
        return f"{kind} has no {name}: {advice[name]}"
    return (
        f"a {kind} has no attribute and no column {name!r}"
        if kind == "DataFrame"
        else f"a {kind} has no attribute {name!r}"
    )
