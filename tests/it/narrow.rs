//! Narrow numbers are widened inside of aggregates and windows: nobody may see that.

use crate::check::table;
use hypostyle::functions::{aggregate_function, window_function};
use hypostyle::{DType, Expr, GroupOrder, LazyFrame, Params, Scalar, col};

const PAIRS: [(DType, DType); 7] = [
    (DType::Int8, DType::Int64),
    (DType::Int16, DType::Int64),
    (DType::Int32, DType::Int64),
    (DType::UInt8, DType::UInt64),
    (DType::UInt16, DType::UInt64),
    (DType::UInt32, DType::UInt64),
    (DType::Float32, DType::Float64),
];

const TEXT: &str =
    "g: int64 | x: int64\n1 | 7\n2 | 120\n1 | null\n1 | 3\n2 | 0\n2 | 120\n1 | 7\n3 | null\n2 | 5";

/// Least and greatest values of a type, to and fro.
const ENDS: &str = "g: int64 | x: int64\n1 | -128\n1 | 127\n2 | -1\n2 | -128\n2 | 0\n1 | -1";

fn aggregate(name: &str, params: Params) -> Expr {
    Expr::aggregate(aggregate_function(name).unwrap(), [col("y")], params).alias(name)
}

fn window(name: &str, params: Params) -> Expr {
    Expr::window(window_function(name).unwrap(), [col("y")], params).alias(name)
}

/// The columns' values, with the types of those that have the input's.
fn values(text: &str, dtype: &DType, select: impl Fn(LazyFrame) -> LazyFrame) -> Vec<(bool, Vec<Scalar>)> {
    let typed = table(text).lazy().with_columns([col("x").cast(dtype.clone()).alias("y")]);
    let found = select(typed).collect().unwrap();
    let fields = found.schema().fields().to_vec();
    let columns = fields.iter().map(|field| {
        let own = field.dtype == *dtype || field.dtype == DType::List(Box::new(dtype.clone()));
        (own, found.column(&field.name).unwrap().values().collect())
    });
    columns.collect()
}

fn same(text: &str, narrow: &DType, wide: &DType, select: impl Fn(LazyFrame) -> LazyFrame) {
    let (found, expected) = (values(text, narrow, &select), values(text, wide, &select));
    for (column, ((_, found), (_, expected))) in found.iter().zip(&expected).enumerate() {
        assert_eq!(found, expected, "column {column} of {narrow}");
    }
}

#[test]
fn aggregates_of_narrow_numbers_are_those_of_wide_ones() {
    let of_type = ["min", "max", "first", "last"];
    let lists = ["unique", "mode", "collect_list"];
    let others = [
        "sum", "mean", "var", "n_unique", "arg_min", "arg_max", "skew", "kurtosis", "count", "median",
        "product",
    ];
    for (narrow, wide) in &PAIRS {
        let text = if narrow.is_signed() { ENDS } else { TEXT };
        let names = of_type.iter().chain(&lists).chain(&others);
        let mut exprs: Vec<Expr> = names.map(|name| aggregate(name, Params::new())).collect();
        exprs.push(aggregate("sum", Params::new().with("min_count", 3i64)).alias("least"));
        exprs.push(col("x").min_by(col("y")).alias("by"));
        exprs.push(col("y").max_by(col("y")).alias("own"));
        if narrow.is_integer() {
            exprs.extend(["bit_and", "bit_or", "bit_xor"].map(|name| aggregate(name, Params::new())));
        }
        let groups = |t: LazyFrame| t.group_by("g").order(GroupOrder::Sorted).agg(exprs.clone());
        same(text, narrow, wide, groups);
        same(text, narrow, wide, |t| t.select(exprs.clone()));
        let types = values(text, narrow, groups);
        assert!(types[1..8].iter().all(|(own, _)| *own), "{narrow}");
    }
}

#[test]
fn windows_of_narrow_numbers_are_those_of_wide_ones() {
    for (narrow, wide) in &PAIRS {
        let text = if narrow.is_signed() { ENDS } else { TEXT };
        let exprs = || {
            let size = || Params::new().with("window", 2i64).with("min_periods", 1i64);
            [
                window("cum_min", Params::new()),
                window("cum_max", Params::new()),
                window("expanding_min", Params::new()),
                window("expanding_max", Params::new()),
                window("rolling_min", size()),
                window("rolling_max", size()),
                window("cum_sum", Params::new()),
                window("expanding_mean", Params::new()),
            ]
        };
        same(text, narrow, wide, |t| t.select(exprs()));
        assert!(values(text, narrow, |t| t.select(exprs()))[..6].iter().all(|(own, _)| *own), "{narrow}");
    }
}
