"""One file per engine. Each has a class `Engine`:

- `Engine(threads, variant)`: prepare the engine for that many threads;
- `version()`;
- `load(suite, files, strings)`: read the Parquet files (table name -> path) into memory with the engine's own reader;
- `load_arrow(tables)`, optional: take pyarrow Tables (table name -> table) with plain text columns instead;
- `ask(question)`: answer one question of `questions.py` completely, in the engine's own in-memory form;
- `to_arrow(answer)`: the answer as a pyarrow Table (not timed);
- `release(answer)`, where dropping the Python object is not enough to free the answer (not timed).

`ask` raises `Unsupported` where the engine has no way to put the question.
"""

from __future__ import annotations

# name on the command line -> (module, variant, package that must be installed)
ENGINES = {
    "hypostyle": ("hypostyle", "", "hypostyle"),
    "polars": ("polars", "", "polars"),
    "polars-streaming": ("polars", "streaming", "polars"),
    "duckdb": ("duckdb", "", "duckdb"),
    "datafusion": ("datafusion", "", "datafusion"),
    "chdb": ("chdb", "", "chdb"),
    "pandas": ("pandas", "", "pandas"),
    "dask": ("dask", "", "dask"),
}


class Unsupported(Exception):
    """The engine cannot put this question."""
