"""Five questions about every flight that left New York City in 2013.

Written once: `lib` is `hypostyle` or `pandas`, the code is the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

TABLES = ["flights", "airlines", "airports", "planes", "weather"]


def read(lib: Any, folder: Path) -> dict[str, Any]:
    """The five tables."""
    return {name: lib.read_csv(str(folder / f"{name}.csv")) for name in TABLES}


def carriers(tables: dict[str, Any]) -> Any:
    """Which airlines are late? Mean arrival delay, and the share of flights over 15 minutes late."""
    flights = tables["flights"].dropna(subset=["arr_delay"])
    flights = flights.assign(late=flights["arr_delay"] > 15)
    answer = flights.groupby("carrier").agg(
        flights=("arr_delay", "count"), mean_delay=("arr_delay", "mean"), late_share=("late", "mean")
    )
    answer = answer.reset_index().merge(tables["airlines"], on="carrier")
    answer = answer.sort_values("mean_delay", ascending=False)
    return answer[["carrier", "name", "flights", "mean_delay", "late_share"]]


def worst_hours(tables: dict[str, Any]) -> Any:
    """When is the worst hour to leave? By airport, over hours of at least 100 flights."""
    flights = tables["flights"].dropna(subset=["dep_delay"])
    hours = flights.groupby(["origin", "hour"]).agg(
        flights=("dep_delay", "count"), mean_delay=("dep_delay", "mean")
    )
    hours = hours.reset_index()
    hours = hours[hours["flights"] >= 100]
    return hours.sort_values(["origin", "mean_delay"], ascending=[True, False]).drop_duplicates("origin")


def weather(tables: dict[str, Any]) -> Any:
    """What do wind and poor visibility do? Mean departure delay by steps of 10 miles per hour, and below 5 miles.

    1,556 flights have no row of weather; one wind speed of 1,048 is a fault of measurement.
    """
    hours = tables["weather"]
    hours = hours[hours["wind_speed"] < 100]
    hours = hours.assign(wind=hours["wind_speed"] // 10 * 10, hazy=hours["visib"] < 5)
    flights = tables["flights"].dropna(subset=["dep_delay"])
    flights = flights[["origin", "time_hour", "dep_delay"]]
    both = flights.merge(hours[["origin", "time_hour", "wind", "hazy"]], on=["origin", "time_hour"])
    return both.groupby(["hazy", "wind"]).agg(
        flights=("dep_delay", "count"), mean_delay=("dep_delay", "mean")
    ).reset_index()


def routes(tables: dict[str, Any]) -> Any:
    """Which routes are the busiest? The first ten, with their distance in miles and the names of their airports."""
    answer = tables["flights"].groupby(["origin", "dest"]).agg(
        flights=("flight", "count"), distance=("distance", "max")
    )
    answer = answer.reset_index().sort_values(["flights", "origin", "dest"], ascending=[False, True, True]).head(10)
    names = tables["airports"][["faa", "name"]]
    answer = answer.merge(names.rename(columns={"faa": "origin", "name": "from"}), on="origin", how="left")
    return answer.merge(names.rename(columns={"faa": "dest", "name": "to"}), on="dest", how="left")


def planes(tables: dict[str, Any]) -> Any:
    """Which planes are flown most? By manufacturer and age in years."""
    built = tables["planes"][["tailnum", "manufacturer", "year"]].rename(columns={"year": "built"})
    flown = tables["flights"][["tailnum", "year"]].merge(built.dropna(subset=["built"]), on="tailnum")
    flown = flown.assign(age=flown["year"] - flown["built"])
    answer = flown.groupby(["manufacturer", "age"]).agg(flights=("year", "count"), planes=("tailnum", "nunique"))
    answer = answer.reset_index()
    answer = answer.assign(flights_per_plane=answer["flights"] / answer["planes"])
    return answer.sort_values(["flights", "manufacturer", "age"], ascending=[False, True, True]).head(10)


QUESTIONS = [carriers, worst_hours, weather, routes, planes]
