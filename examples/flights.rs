//! Five questions about every flight that left New York City in 2013: `cargo run --release --example flights`.
//!
//! `make demo` asks the same questions in Python, beside pandas. The data is made by `make setup` or by
//! `python datasets/make_datasets.py flights`. With `--answers FOLDER` the answers are also written as CSV files.

use hypostyle::{
    Config, CsvOptions, DisplayOptions, Frame, JoinType, Keep, LazyFrame, ParquetWriteOptions, Result,
    SortKey, col, scan_csv,
};
use std::path::PathBuf;
use std::time::Instant;

/// The most memory this process has held, where the system tells (Linux).
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1e3)
}

/// The five tables, not read yet.
struct Tables {
    flights: LazyFrame,
    airlines: LazyFrame,
    airports: LazyFrame,
    planes: LazyFrame,
    weather: LazyFrame,
}

impl Tables {
    fn scan(folder: &std::path::Path) -> Result<Self> {
        let table = |name: &str| scan_csv(folder.join(format!("{name}.csv")), CsvOptions::default());
        Ok(Tables {
            flights: table("flights")?,
            airlines: table("airlines")?,
            airports: table("airports")?,
            planes: table("planes")?,
            weather: table("weather")?,
        })
    }
}

/// Mean arrival delay, and the share of flights over 15 minutes late, by carrier.
fn carriers(tables: &Tables) -> LazyFrame {
    tables
        .flights
        .drop_nulls(["arr_delay"])
        .group_by("carrier")
        .agg([
            col("arr_delay").count().alias("flights"),
            col("arr_delay").mean().alias("mean_delay"),
            col("arr_delay").gt(15).mean().alias("late_share"),
        ])
        .join(&tables.airlines, "carrier", JoinType::Inner)
        .select(["carrier", "name", "flights", "mean_delay", "late_share"])
        .sort_by(vec![SortKey::descending(col("mean_delay"))])
}

/// The hour of the day with the longest mean departure delay, by airport; hours of at least 100 flights.
fn worst_hours(tables: &Tables) -> LazyFrame {
    tables
        .flights
        .drop_nulls(["dep_delay"])
        .group_by(["origin", "hour"])
        .agg([col("dep_delay").count().alias("flights"), col("dep_delay").mean().alias("mean_delay")])
        .filter(col("flights").gt_eq(100))
        .sort_by(vec![SortKey::ascending(col("origin")), SortKey::descending(col("mean_delay"))])
        .distinct_by(["origin"], Keep::First)
}

/// Mean departure delay by wind (in steps of 10 miles per hour) and by whether visibility was below 5 miles.
///
/// 1,556 flights have no row of weather; one wind speed of 1,048 is a fault of measurement.
fn weather(tables: &Tables) -> LazyFrame {
    let weather = tables.weather.filter(col("wind_speed").lt(100)).select([
        col("origin"),
        col("time_hour"),
        (col("wind_speed").floor_div(10) * 10).alias("wind"),
        col("visib").lt(5).alias("hazy"),
    ]);
    tables
        .flights
        .drop_nulls(["dep_delay"])
        .join(&weather, ["origin", "time_hour"], JoinType::Inner)
        .group_by(["hazy", "wind"])
        .agg([col("dep_delay").count().alias("flights"), col("dep_delay").mean().alias("mean_delay")])
        .sort(["hazy", "wind"])
}

/// The ten busiest routes with their distance in miles and the names of their airports.
fn routes(tables: &Tables) -> LazyFrame {
    let named =
        |key: &str, name: &str| tables.airports.select([col("faa").alias(key), col("name").alias(name)]);
    tables
        .flights
        .group_by(["origin", "dest"])
        .agg([col("flight").count().alias("flights"), col("distance").max().alias("distance")])
        .sort_by(vec![
            SortKey::descending(col("flights")),
            SortKey::ascending(col("origin")),
            SortKey::ascending(col("dest")),
        ])
        .limit(10)
        .join(&named("origin", "from"), "origin", JoinType::Left)
        .join(&named("dest", "to"), "dest", JoinType::Left)
}

/// The planes flown most, by manufacturer and age in years.
fn planes(tables: &Tables) -> LazyFrame {
    let planes = tables
        .planes
        .select([col("tailnum"), col("manufacturer"), col("year").alias("built")])
        .drop_nulls(["built"]);
    tables
        .flights
        .select(["tailnum", "year"])
        .join(&planes, "tailnum", JoinType::Inner)
        .with_columns([(col("year") - col("built")).alias("age")])
        .group_by(["manufacturer", "age"])
        .agg([col("year").count().alias("flights"), col("tailnum").n_unique().alias("planes")])
        .with_columns([(col("flights") / col("planes")).alias("flights_per_plane")])
        .sort_by(vec![
            SortKey::descending(col("flights")),
            SortKey::ascending(col("manufacturer")),
            SortKey::ascending(col("age")),
        ])
        .limit(10)
}

type Question = (&'static str, &'static str, fn(&Tables) -> LazyFrame);

const QUESTIONS: [Question; 5] = [
    ("carriers", "Which airlines are late?", carriers),
    ("worst_hours", "When is the worst hour to leave?", worst_hours),
    ("weather", "What do wind and poor visibility do?", weather),
    ("routes", "Which routes are the busiest?", routes),
    ("planes", "Which planes are flown most?", planes),
];

fn main() -> Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let data = root.join("datasets/generated");
    let answers = std::env::args().skip_while(|arg| arg != "--answers").nth(1).map(PathBuf::from);

    let started = Instant::now();
    let tables = Tables::scan(&data)?;
    let mut frames: Vec<(&str, Frame)> = Vec::new();
    for (name, text, question) in QUESTIONS {
        let begun = Instant::now();
        let frame = question(&tables).collect()?;
        let took = begun.elapsed().as_secs_f64() * 1e3;
        let shown = frame.to_text(&DisplayOptions { max_rows: 20, ..DisplayOptions::default() });
        println!("\n{text} ({took:.0} ms with reading the files)\n{shown}");
        frames.push((name, frame));
    }
    print!(
        "\nFive questions in {:.2} s on {} threads",
        started.elapsed().as_secs_f64(),
        Config::current().threads
    );
    peak_memory().inspect(|megabytes| print!(", in at most {megabytes:.0} MB"));
    println!(".");

    let target = root.join("build/demo/flights.parquet");
    std::fs::create_dir_all(root.join("build/demo"))
        .map_err(|error| hypostyle::Error::io(&target, &error))?;
    tables
        .flights
        .join(&tables.airlines, "carrier", JoinType::Left)
        .write_parquet(&target, &ParquetWriteOptions::default())?;
    println!("Wrote all flights with the names of their airlines to build/demo/flights.parquet.");

    if let Some(folder) = answers {
        std::fs::create_dir_all(&folder).map_err(|error| hypostyle::Error::io(&folder, &error))?;
        for (name, frame) in &frames {
            frame.write_csv(folder.join(format!("{name}.csv")))?;
        }
    }
    Ok(())
}
