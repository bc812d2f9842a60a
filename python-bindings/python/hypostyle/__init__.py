"""Hypostyle: a parallel dataframe library with pandas' names, in one process, on every core.

>>> import hypostyle as hs
>>> df = hs.DataFrame({"carrier": ["UA", "AA", "UA"], "delay": [4, 20, 10]})
>>> df[df["delay"] > 5].groupby("carrier")["delay"].mean().to_list()
[20.0, 10.0]
"""

import sys

from hypostyle._bins import cut, qcut
from hypostyle._categories import Categorical, CategoricalDtype
from hypostyle._columns import from_arrow, from_dict, from_pandas
from hypostyle._concat import concat
from hypostyle._config import config, memory_limit, set_config, show_versions, threads
from hypostyle._convert import factorize, isna, notna, to_numeric, to_timedelta, unique
from hypostyle._crosstab import crosstab
from hypostyle._dask import compute, from_delayed, from_map
from hypostyle._dask_functions import (
    Aggregation,
    from_array,
    from_dask_array,
    map_overlap,
    map_partitions,
    repartition,
    to_csv,
    to_json,
    to_parquet,
)
from hypostyle._dates import date_range
from hypostyle._dtypes import Array, List
from hypostyle._from_dummies import from_dummies
from hypostyle._group_functions import NamedAgg
from hypostyle._grouper import Grouper
from hypostyle._intervals import interval
from hypostyle._merge import join_where, merge, merge_asof, merge_sorted
from hypostyle._merge_ordered import merge_ordered
from hypostyle._native import __version__
from hypostyle._normalize import json_normalize
from hypostyle._reshape import get_dummies, melt, pivot, pivot_table
from hypostyle._to_datetime import to_datetime
from hypostyle._watching import ProgressBar
from hypostyle._wide import wide_to_long
from hypostyle.errors import HypostyleError
from hypostyle.excel import read_excel
from hypostyle.expr import Expr, col, element, format, lit, random, row_number, struct, when
from hypostyle.frame import DataFrame
from hypostyle.groupby import GroupBy
from hypostyle.index import Index
from hypostyle.io import read_csv, read_feather, read_ipc, read_json, read_parquet, read_table, read_text
from hypostyle.series import Series
from hypostyle.sql import read_database, read_sql, read_sql_query, read_sql_table

isnull, notnull = isna, notna


def __getattr__(name: str) -> object:
    """Says what to write instead of pandas' names that are not here."""
    if name in ("NATIVE_PACKAGE", "__narwhals_namespace__", "is_native"):
        # The package itself may be given to narwhals as a backend.
        from hypostyle import _narwhals

        return getattr(_narwhals, name)
    from hypostyle import _absent

    if name in _absent.OF_PANDAS:
        # Values and labels of pandas, which are taken wherever values and labels are.
        try:
            import pandas
        except ImportError:
            pass
        else:
            return getattr(pandas, name)
    told = _absent.MODULE.get(name)
    what = f"hypostyle has no {name}: {told}" if told else f"module 'hypostyle' has no attribute {name!r}"
    # Python itself says which name is meant, if it is told where it was looked for.
    raise AttributeError(what, name=name, obj=sys.modules[__name__])


__all__ = [
    "Aggregation",
    "Array",
    "Categorical",
    "CategoricalDtype",
    "DataFrame",
    "Expr",
    "GroupBy",
    "Grouper",
    "HypostyleError",
    "Index",
    "List",
    "NamedAgg",
    "ProgressBar",
    "Series",
    "__version__",
    "col",
    "compute",
    "concat",
    "config",
    "crosstab",
    "cut",
    "date_range",
    "element",
    "factorize",
    "format",
    "from_array",
    "from_arrow",
    "from_dask_array",
    "from_delayed",
    "from_dict",
    "from_dummies",
    "from_map",
    "from_pandas",
    "get_dummies",
    "interval",
    "isna",
    "isnull",
    "join_where",
    "json_normalize",
    "lit",
    "map_overlap",
    "map_partitions",
    "melt",
    "memory_limit",
    "merge",
    "merge_asof",
    "merge_ordered",
    "merge_sorted",
    "notna",
    "notnull",
    "pivot",
    "pivot_table",
    "qcut",
    "random",
    "read_csv",
    "read_database",
    "read_excel",
    "read_feather",
    "read_ipc",
    "read_json",
    "read_parquet",
    "read_sql",
    "read_sql_query",
    "read_sql_table",
    "read_table",
    "read_text",
    "repartition",
    "row_number",
    "set_config",
    "show_versions",
    "struct",
    "threads",
    "to_csv",
    "to_datetime",
    "to_json",
    "to_numeric",
    "to_parquet",
    "to_timedelta",
    "unique",
    "when",
    "wide_to_long",
]
