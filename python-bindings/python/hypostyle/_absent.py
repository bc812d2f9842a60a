"""What pandas has and Hypostyle has not, and what to write instead. ``docs/pandas-compat.md`` is made of it."""

from __future__ import annotations

_EXPRESSIONS = "use hs.when(...).then(...).otherwise(...)"
_PERIODS = "there are no periods; group by dt.date_trunc('month')"
_ATTRS = "frames carry nothing beside their data; keep it in a variable"
_SPARSE = "columns are never sparse"

#: Advice for names that frames and series have in common.
_COMMON = {
    "append": "use hs.concat([one, other])",
    "attrs": _ATTRS,
    "flags": _ATTRS,
    "from_arrow": "use hs.from_arrow",
    "set_flags": _ATTRS,
    "sparse": _SPARSE,
    "to_period": _PERIODS,
    "to_timestamp": _PERIODS,
}

_READ = "read with pandas and hand it over: hs.from_pandas(pd.{}(...))"

#: Advice for names of the module.
MODULE = {
    "DateOffset": "add months with the column's dt.date_offset",
    "ExcelWriter": "write each sheet with to_excel, or open a file of openpyxl's",
    "IndexSlice": "give slices as such: df.loc[(slice(None), 2), :]",
    "MultiIndex": "set_index([...]) makes an index of several levels",
    "NA": "a missing value is None",
    "NaT": "a missing value is None",
    "Period": _PERIODS,
    "Timedelta": "use datetime.timedelta, or hs.to_timedelta of a series",
    "Timestamp": "use datetime.datetime, or hs.to_datetime(text)",
    "array": "a list or an array of NumPy, and dtype=...",
    "api": "compare types by name: df['x'].dtype == 'int64'",
    "eval": "use df.eval(text)",
    "bdate_range": "filter hs.date_range by is_business_day",
    "get_option": "use hs.config",
    "offsets": "add months with the column's dt.date_offset",
    "option_context": "use hs.set_config",
    "period_range": _PERIODS,
    "set_option": "use hs.set_config",
    "testing": "use df.equals(other), or pandas.testing with to_pandas()",
    "timedelta_range": "multiply a series of numbers: hs.to_timedelta(series, unit='h')",
    **{
        f"read_{kind}": _READ.format(f"read_{kind}")
        for kind in ("clipboard", "fwf", "hdf", "html", "orc", "pickle", "sas", "spss", "stata", "table", "xml")
    },
}

#: Names of the module that are pandas' own where it is installed: single values, labels for ``index=``, questions about
#: types, and settings, of which those of ``display`` hold for our frames, too.
OF_PANDAS = frozenset(
    {
        "DateOffset",
        "DatetimeIndex",
        "ExcelWriter",
        "IndexSlice",
        "MultiIndex",
        "NA",
        "NaT",
        "RangeIndex",
        "CategoricalIndex",
        "Timedelta",
        "Timestamp",
        "api",
        "array",
        "bdate_range",
        "describe_option",
        "get_option",
        "offsets",
        "option_context",
        "options",
        "reset_option",
        "set_option",
        "timedelta_range",
    }
)

FRAME = {
    **_COMMON,
    "applymap": "use map",
    "to_iceberg": "use to_arrow() and pyiceberg",
}

SERIES = {
    **_COMMON,
    # Of series that are not categorical.
    "cat": "astype('category') makes text categorical",
    "flags": _ATTRS,
    "plot": "use to_pandas().plot",
}

GROUPS = {
    "boxplot": "use to_pandas()",
    "corrwith": "use df.groupby(...).agg(r=hs.col('x').corr('y'))",
    "dtype": "see the dtypes of the frame",
    "fillna": "use ffill, bfill, or transform",
    "hist": "use to_pandas()",
    "plot": "use to_pandas()",
}

TEXT: dict[str, str] = {}

TIMES = {
    "freq": "a column has no frequency",
    "qyear": "use dt.year",
    "timetz": "use dt.time",
    "to_period": _PERIODS,
    "to_pydatetime": "to_list() gives datetimes",
    "to_pytimedelta": "to_list() gives timedeltas",
}


_GRAPH = "there is no graph of tasks; explain() and visualize() show the plan"

#: Advice for what Dask has and pandas has not, of frames and series.
DASK = {
    "analyze": "use profile()",
    "dask": _GRAPH,
    "expr": _GRAPH,
    "lower_once": _GRAPH,
    "simplify": _GRAPH,
    "to_bag": "use to_dict('records')",
}


def advice_for(kind: str, name: str, advice: dict[str, str]) -> str:
    """What to write instead; methods of Python's own texts can be mapped."""
    if name in advice:
        return advice[name]
    if kind in ("DataFrame", "Series") and (name in DASK or name.startswith("__dask_")):
        return DASK.get(name, _GRAPH)
    if kind in (".str", "str"):
        return f"use map(lambda s: s.{name}(...))" if hasattr(str, name) else "use map with a function of Python's"
    return "use map with a function of Python's" if kind in (".dt", "dt") else ""


def message(kind: str, name: str, advice: dict[str, str]) -> str:
    """What an `AttributeError` says."""
    if told := advice_for(kind, name, advice):
        return f"{kind} has no {name}: {told}"
    if kind == "DataFrame":
        return f"a {kind} has no attribute and no column {name!r}"
    label = f"; a label is read with series[{name!r}]" if kind == "Series" else ""
    return f"a {kind} has no attribute {name!r}{label}"
