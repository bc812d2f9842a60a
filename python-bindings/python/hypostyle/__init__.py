"""Hypostyle: a parallel dataframe library with pandas' names, in one process, on every core.

>>> import hypostyle as hs
>>> df = hs.DataFrame({"carrier": ["UA", "AA", "UA"], "delay": [4, 20, 10]})
>>> df[df["delay"] > 5].groupby("carrier")["delay"].mean().to_list()
[20.0, 10.0]
"""

from hypostyle._bins import cut, qcut
from hypostyle._columns import from_arrow, from_dict, from_pandas
from hypostyle._config import config, set_config, show_versions
from hypostyle._convert import to_datetime, to_numeric
from hypostyle._crosstab import crosstab
from hypostyle._merge import concat, join_where, merge, merge_asof, merge_sorted
from hypostyle._native import __version__
from hypostyle.errors import HypostyleError
from hypostyle.expr import Expr, col, lit, row_number, when
from hypostyle.frame import DataFrame
from hypostyle.groupby import GroupBy
from hypostyle.io import read_csv, read_parquet
from hypostyle.series import Series

__all__ = [
    "DataFrame",
    "Expr",
    "GroupBy",
    "HypostyleError",
    "Series",
    "__version__",
    "col",
    "concat",
    "config",
    "crosstab",
    "cut",
    "from_arrow",
    "from_dict",
    "from_pandas",
    "join_where",
    "lit",
    "merge",
    "merge_asof",
    "merge_sorted",
    "qcut",
    "read_csv",
    "read_parquet",
    "row_number",
    "set_config",
    "show_versions",
    "to_datetime",
    "to_numeric",
    "when",
]
