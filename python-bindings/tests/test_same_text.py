"""Text and times: the same script for pandas and for Hypostyle."""

from __future__ import annotations

import pandas as pd
import pytest
from same_script import check


def texts(lib):
    return lib.Series(["Apple pie", "bob_cat", None, "  x1-y2 ", "ÄÖ ß"], name="s")


def times(lib):
    values = ["2024-01-31 13:45:10", "2023-12-31 00:00:00", None, "2024-02-29 23:59:59"]
    return lib.to_datetime(lib.Series(values, name="t"))


def hours(lib):
    return lib.DataFrame({"t": lib.date_range("2024-01-01", periods=4, freq="12h"), "v": [1, 2, 3, 4]})


SCRIPTS = {
    "st_contains_na": lambda lib, df: texts(lib).str.contains("b", na=False).to_list(),
    "st_contains_rx": lambda lib, df: texts(lib).str.contains(r"\d", regex=True, na=False).to_list(),
    "st_replace": lambda lib, df: texts(lib).str.replace("p", "P", n=1).to_list(),
    "st_replace_rx": lambda lib, df: texts(lib).str.replace(r"(\w)(\d)", r"\2\1", regex=True).to_list(),
    "st_replace_fn": lambda lib, df: (
        texts(lib).str.replace(r"\d", lambda m: str(int(m.group()) * 2), regex=True).to_list()
    ),
    "st_replace_case": lambda lib, df: texts(lib).str.replace("P", "_", case=False, regex=True).to_list(),
    "st_split_exp": lambda lib, df: texts(lib).str.split(" ", expand=True),
    "st_split_n": lambda lib, df: texts(lib).str.split("p", n=1).to_list(),
    "st_split_str": lambda lib, df: texts(lib).str.split("_").str[0].to_list(),
    "st_split_get": lambda lib, df: texts(lib).str.split("_").str.get(-1).to_list(),
    "st_extract": lambda lib, df: texts(lib).str.extract(r"([a-z])(\d)"),
    "st_extract_one": lambda lib, df: texts(lib).str.extract(r"(\d)", expand=False).to_list(),
    "st_extract_name": lambda lib, df: texts(lib).str.extract(r"(?P<d>\d)"),
    "st_extractall": lambda lib, df: texts(lib).str.extractall(r"([a-z])(\d)").reset_index(),
    "st_extractall_named": lambda lib, df: texts(lib).str.extractall(r"(?P<l>[a-z])(?P<d>\d)").reset_index(drop=True),
    "st_findall": lambda lib, df: texts(lib).str.findall(r"\d").to_list(),
    "st_cat_sep": lambda lib, df: texts(lib).str.cat(sep=","),
    "st_cat_sep_na": lambda lib, df: texts(lib).str.cat(sep=",", na_rep="?"),
    "st_cat_other": lambda lib, df: df["k"].str.cat(df["j"].astype(str), sep="-").to_list(),
    "st_cat_others": lambda lib, df: df["k"].str.cat([df["j"].astype(str), df["k"]], sep="-").to_list(),
    "st_cat_list": lambda lib, df: df["k"].str.cat(list("uvwxyz"), sep="-").to_list(),
    "st_slice_step": lambda lib, df: texts(lib).str[::-1].to_list(),
    "st_slice_step2": lambda lib, df: texts(lib).str.slice(0, 6, 2).to_list(),
    "st_slice_neg": lambda lib, df: texts(lib).str[-3:].to_list(),
    "st_pad": lambda lib, df: texts(lib).str.pad(12, side="both", fillchar="*").to_list(),
    "st_center": lambda lib, df: texts(lib).str.center(12, fillchar="*").to_list(),
    "st_wrap": lambda lib, df: texts(lib).str.wrap(5).to_list(),
    "st_wrap_break": lambda lib, df: texts(lib).str.wrap(5, break_long_words=False).to_list(),
    "st_len": lambda lib, df: texts(lib).str.len().to_list(),
    "st_strip": lambda lib, df: texts(lib).str.strip().str.lower().to_list(),
    "st_strip_ch": lambda lib, df: texts(lib).str.strip(" Ae").to_list(),
    "st_starts_tuple": lambda lib, df: texts(lib).str.startswith(("A", "b"), na=False).to_list(),
    "st_find": lambda lib, df: texts(lib).str.find("b", 1).to_list(),
    "st_rfind": lambda lib, df: texts(lib).str.rfind("p").to_list(),
    "st_find_end": lambda lib, df: texts(lib).str.find("p", start=0, end=2).to_list(),
    "st_count": lambda lib, df: texts(lib).str.count("p").to_list(),
    "st_partition": lambda lib, df: texts(lib).str.partition("_"),
    "st_repeat_list": lambda lib, df: df["k"].str.repeat([1, 2, 3, 1, 2, 3]).to_list(),
    "st_join": lambda lib, df: df["k"].str.join("-").to_list(),
    "st_join_list": lambda lib, df: texts(lib).str.split("_").str.join("+").to_list(),
    "st_encode": lambda lib, df: texts(lib).str.encode("utf-8").to_list(),
    "st_decode": lambda lib, df: texts(lib).str.encode("utf-8").str.decode("utf-8").to_list(),
    "st_normalize": lambda lib, df: texts(lib).str.normalize("NFD").to_list(),
    "st_translate": lambda lib, df: texts(lib).str.translate(str.maketrans("ab", "12")).to_list(),
    "st_match": lambda lib, df: texts(lib).str.match(r"[A-Z]", na=False).to_list(),
    "st_slice_replace": lambda lib, df: texts(lib).str.slice_replace(0, 2, "#").to_list(),
    "st_rsplit": lambda lib, df: texts(lib).str.rsplit("_", n=1, expand=True),
    "st_removeprefix": lambda lib, df: texts(lib).str.removeprefix("bob").to_list(),
    "st_casefold": lambda lib, df: texts(lib).str.casefold().to_list(),
    "st_get_neg": lambda lib, df: texts(lib).str.get(-1).to_list(),
    "dt_year": lambda lib, df: times(lib).dt.year.to_list(),
    "dt_day_name": lambda lib, df: times(lib).dt.day_name().to_list(),
    "dt_month_name": lambda lib, df: times(lib).dt.month_name().to_list(),
    "dt_strftime": lambda lib, df: times(lib).dt.strftime("%Y-%m-%d %H:%M").to_list(),
    "dt_date": lambda lib, df: [None if v is pd.NaT else v for v in times(lib).dt.date.to_list()],
    "dt_time": lambda lib, df: [None if v is pd.NaT else v for v in times(lib).dt.time.to_list()],
    "dt_floor": lambda lib, df: times(lib).dt.floor("h").dt.strftime("%F %T").to_list(),
    "dt_ceil": lambda lib, df: times(lib).dt.ceil("D").dt.strftime("%F %T").to_list(),
    "dt_round": lambda lib, df: times(lib).dt.round("15min").dt.strftime("%F %T").to_list(),
    "dt_normalize": lambda lib, df: times(lib).dt.normalize().dt.strftime("%F %T").to_list(),
    "dt_iso": lambda lib, df: times(lib).dt.isocalendar().week.to_list(),
    "dt_tz": lambda lib, df: times(lib).dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin").dt.hour.to_list(),
    "dt_diff_days": lambda lib, df: (times(lib) - times(lib).min()).dt.days.to_list(),
    "dt_total": lambda lib, df: (times(lib) - times(lib).min()).dt.total_seconds().to_list(),
    "dt_add_td": lambda lib, df: (times(lib) + pd.Timedelta(days=1)).dt.day.to_list(),
    "dt_minmax": lambda lib, df: str(times(lib).max()),
    "dt_to_datetime_fmt": lambda lib, df: lib.to_datetime(
        lib.Series(["01/02/2024"]), format="%d/%m/%Y"
    ).dt.month.to_list(),
    "dt_to_datetime_coerce": lambda lib, df: lib.to_datetime(
        lib.Series(["2024-01-01", "x"]), errors="coerce"
    ).dt.year.to_list(),
    "dt_to_datetime_unit": lambda lib, df: lib.to_datetime(lib.Series([0, 86400]), unit="s").dt.day.to_list(),
    "dt_to_datetime_dayfirst": lambda lib, df: lib.to_datetime(
        lib.Series(["02/01/2024"]), dayfirst=True
    ).dt.month.to_list(),
    "dt_to_datetime_parts": lambda lib, df: lib.to_datetime(
        lib.DataFrame({"year": [2024], "month": [2], "day": [3]})
    ).dt.month.to_list(),
    "dt_to_datetime_utc": lambda lib, df: lib.to_datetime(
        lib.Series(["2024-01-01T10:00:00+02:00"]), utc=True
    ).dt.hour.to_list(),
    "dt_to_datetime_scalar": lambda lib, df: str(lib.to_datetime("2024-01-05"))[:10],
    "dt_to_timedelta": lambda lib, df: lib.to_timedelta(lib.Series([1, 2]), unit="h").dt.total_seconds().to_list(),
    "to_numeric": lambda lib, df: lib.to_numeric(lib.Series(["1", "x", "2.5"]), errors="coerce").to_list(),
    "to_numeric_downcast": lambda lib, df: str(lib.to_numeric(lib.Series([1, 2, 3]), downcast="integer").dtype),
    "dt_resample_label": lambda lib, df: [
        str(v)[:10] for v in hours(lib).set_index("t").resample("D", label="right")["v"].sum().index
    ],
    "dt_resample_ohlc": lambda lib, df: hours(lib).set_index("t")["v"].resample("D").ohlc(),
    "dt_grouper": lambda lib, df: hours(lib).groupby(lib.Grouper(key="t", freq="D"))["v"].sum().to_list(),
    "dt_loc_str": lambda lib, df: hours(lib).set_index("t").loc["2024-01-01"]["v"].to_list(),
    "dt_roll": lambda lib, df: hours(lib).rolling("1D", on="t")["v"].sum().to_list(),
    "dt_index_attr": lambda lib, df: list(hours(lib).set_index("t").index.year),
    "dt_index_group": lambda lib, df: (
        hours(lib).set_index("t").pipe(lambda d: d.groupby(d.index.day)["v"].sum().to_list())
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same(name):
    check(SCRIPTS[name])
