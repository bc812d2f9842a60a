//! What is built of groups: conditions on them, subtotals, counts of values, summaries, tables of pairs.

use crate::check::{check, refused, table};
use hypostyle::{ErrorKind, GroupOrder, Keep, Scalar, ValueCounts, col, len};

fn sales() -> hypostyle::Frame {
    table("k: string | j: int64 | x: int64\nb | 1 | 1\na | 1 | 2\nb | 2 | 4\nnull | 2 | 8\nb | 1 | 16")
}

#[test]
fn groups_under_a_condition() {
    let frame = sales();
    check(&[&frame], |t| {
        let groups = t[0].group_by("k").order(GroupOrder::Sorted);
        groups.having(len().gt(1).or(col("x").sum().eq(8))).agg([col("x").max()])
    })
    .gives("k: string | x: int64\nb | 16\nnull | 8");
    check(&[&frame], |t| t[0].group_by("k").having(len().gt(1)).having(col("x").sum().lt(9)).agg([len()]))
        .gives("k: string | len: uint64");
    check(&[&frame], |t| {
        t[0].group_by("k").having((col("x").sum() * 2).gt(40)).agg([len(), col("x").mean()])
    })
    .gives("k: string | len: uint64 | x: float64\nb | 3 | 7.0");
    let error = refused(&frame.lazy().group_by("k").having(col("x").gt(1)).agg([len()]));
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("filter"), "{error}");
}

#[test]
fn subtotals_and_totals() {
    let frame = sales();
    let sum = || [col("x").sum()];
    check(&[&frame], |t| t[0].group_by(["k", "j"]).order(GroupOrder::Sorted).rollup().agg(sum())).gives(
        "k: string | j: int64 | x: int64 | grouping_id: int64\na | 1 | 2 | 0\nb | 1 | 17 | 0\nb | 2 | 4 | 0\nnull | 2 | 8 | 0\n\
         a | null | 2 | 1\nb | null | 21 | 1\nnull | null | 8 | 1\nnull | null | 31 | 3",
    );
    check(&[&frame], |t| {
        t[0].group_by(["k", "j"]).order(GroupOrder::Sorted).drop_nulls(true).cube().agg(sum())
    })
    .gives(
        "k: string | j: int64 | x: int64 | grouping_id: int64\na | 1 | 2 | 0\nb | 1 | 17 | 0\nb | 2 | 4 | 0\n\
             a | null | 2 | 1\nb | null | 21 | 1\nnull | 1 | 19 | 2\nnull | 2 | 12 | 2\nnull | null | 31 | 3",
    );
    check(&[&frame], |t| {
        let groups = t[0].group_by(["k", "j"]).order(GroupOrder::Sorted).having(col("x").sum().gt(10));
        groups.grouping_sets([vec![1], vec![]]).agg(sum())
    })
    .gives("k: string | j: int64 | x: int64 | grouping_id: int64\nnull | 1 | 19 | 2\nnull | 2 | 12 | 2\nnull | null | 31 | 3");
    let error = refused(&frame.lazy().group_by("k").grouping_sets([vec![1]]).agg(sum()));
    assert!(error.to_string().contains("no key number 1"), "{error}");
    let error = refused(&frame.lazy().group_by("k").grouping_sets([]).agg(sum()));
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn counts_of_values() {
    let frame = table("k: string | j: int64\nb | 1\na | 1\nnull | 2\nb | 1\na | 1\nc | 2");
    check(&[&frame], |t| t[0].value_counts("k")).gives("k: string | count: uint64\nb | 2\na | 2\nc | 1");
    let all = ValueCounts { drop_nulls: false, ascending: true, ..ValueCounts::default() };
    check(&[&frame], |t| t[0].value_counts_with(["k"], &all))
        .gives("k: string | count: uint64\nnull | 1\nc | 1\nb | 2\na | 2");
    let shares = ValueCounts { normalize: true, sort: false, ..ValueCounts::default() };
    check(&[&frame], |t| t[0].value_counts_with(["k", "j"], &shares))
        .gives("k: string | j: int64 | proportion: float64\nb | 1 | 0.4\na | 1 | 0.4\nc | 2 | 0.2");
}

#[test]
fn rows_without_an_equal() {
    let frame = table(
        "k: float64 | x: int64 | rows: int64\n-0.0 | 1 | 1\n0.0 | 2 | 2\nNaN | 3 | 3\n5.0 | 4 | 4\nnull | 5 | 5",
    );
    check(&[&frame], |t| t[0].distinct_by(["k"], Keep::None))
        .gives("k: float64 | x: int64 | rows: int64\nNaN | 3 | 3\n5.0 | 4 | 4\nnull | 5 | 5");
    check(&[&frame], |t| t[0].distinct_by(["k"], Keep::Any))
        .gives("k: float64 | x: int64 | rows: int64\n-0.0 | 1 | 1\nNaN | 3 | 3\n5.0 | 4 | 4\nnull | 5 | 5");
    check(&[&frame], |t| t[0].distinct_by(["k", "k"], Keep::None).select([len()])).gives("len: uint64\n3");
    check(&[&frame], |t| t[0].distinct_by(["k", "k"], Keep::Last).select([len()])).gives("len: uint64\n4");
    check(&[&frame], |t| t[0].distinct_by(["k", "x", "rows"], Keep::None).select([len()]))
        .gives("len: uint64\n5");
    let error = refused(&frame.lazy().distinct_by(["y"], Keep::None));
    assert_eq!(error.kind(), ErrorKind::ColumnNotFound);
}

#[test]
fn intervals_are_keys() {
    let frame = table("x: int64\n1\n5\n6\n10\nnull\n11");
    check(&[&frame], |t| {
        t[0].group_by([col("x").cut([0i64, 5, 10]).alias("bin")]).order(GroupOrder::Sorted).agg([len()])
    })
    .gives("bin: categorical[\"(0, 5]\" < \"(5, 10]\"] | len: uint64\n(0, 5] | 2\n(5, 10] | 2\nnull | 2");
    check(&[&frame], |t| t[0].filter(col("x").cut([0.5, 5.5]).is_not_null())).gives("x: int64\n1\n5");
    let half = frame.lazy().qcut(col("x"), 2).unwrap();
    check(&[&frame], |t| t[0].select([half.clone()]).value_counts("x"))
        .gives("x: categorical[\"(0.999, 6.0]\" < \"(6.0, 11.0]\"] | count: uint64\n(0.999, 6.0] | 3\n(6.0, 11.0] | 2");
    let error = frame.lazy().quantile_edges(col("x"), &[0.1, 0.1], false).unwrap_err();
    assert!(error.to_string().contains("unique"), "{error}");
    let one = frame.lazy().filter(col("x").eq(5)).equal_width_edges(col("x"), 2, true).unwrap();
    assert_eq!(one, [4.995, 5.0, 5.005]);
    assert!(frame.lazy().equal_width_edges(col("x"), 0, true).is_err());
    assert!(frame.lazy().equal_width_edges(col("x"), usize::MAX, true).is_err());
}

#[test]
fn matrices_take_the_rows_that_both_columns_have() {
    let frame = table(
        "a: int64 | b: float64 | s: string | c: int64\n1 | 2.0 | x | 3\n2 | null | y | 1\n3 | 6.0 | z | 2\n5 | 7.0 | z | null",
    );
    let corr = frame.lazy().corr_matrix().unwrap();
    assert_eq!(corr.schema().names().collect::<Vec<_>>(), ["column", "a", "b", "c"]);
    let pair = frame.lazy().select([col("a").corr(col("c"))]).collect().unwrap();
    assert_eq!(corr.column("c").unwrap().get(0).unwrap(), pair.column("a").unwrap().get(0).unwrap());
    assert_eq!(corr.column("a").unwrap().get(2).unwrap(), pair.column("a").unwrap().get(0).unwrap());
    assert_eq!(corr.column("b").unwrap().get(1).unwrap(), Scalar::Float(1.0));
    let cov = frame.lazy().cov_matrix(0).unwrap();
    assert_eq!(cov.column("a").unwrap().get(0).unwrap(), Scalar::Float(2.1875));
    assert!(frame.lazy().select([col("s")]).corr_matrix().is_err());
}

#[test]
fn tables_of_two_columns() {
    let frame =
        table("a: string | b: int64 | x: int64\ny | 2 | 1\nx | 1 | 2\ny | 1 | 4\nnull | 1 | 8\ny | 2 | 16");
    let counts = frame.lazy().crosstab("a", "b").unwrap();
    let expected = table("a: string | 1: uint64 | 2: uint64\nx | 1 | 0\ny | 1 | 2");
    hypostyle::assert_frame_eq(&counts, &expected);
    let sums = frame.lazy().crosstab_with("b", "a", col("x").sum(), Scalar::Null).unwrap();
    let expected = table("b: int64 | x: int64 | y: int64\n1 | 2 | 4\n2 | null | 17");
    hypostyle::assert_frame_eq(&sums, &expected);
}

#[test]
fn a_summary_of_every_type() {
    let frame = table(
        "x: int64 | s: string | b: bool | d: date\n1 | b | true | 2024-01-01\n2 | a | false | 2024-01-03\n6 | b | null | null\nnull | null | true | 2024-01-05",
    );
    let summary = frame.lazy().describe().unwrap();
    let expected = table(
        "statistic: string | x: float64 | s: string | b: float64 | d: string\n\
         count | 3.0 | 3 | 3.0 | 3\nnull_count | 1.0 | 1 | 1.0 | 1\nunique | null | 2 | null | null\ntop | null | b | null | null\n\
         freq | null | 2 | null | null\nmean | 3.0 | null | 0.6666666666666666 | 2024-01-03T00:00:00\n\
         std | 2.6457513110645907 | null | 0.5773502691896257 | null\nmin | 1.0 | a | 0.0 | 2024-01-01\n\
         25% | 1.5 | null | 0.5 | 2024-01-02T00:00:00\n50% | 2.0 | null | 1.0 | 2024-01-03T00:00:00\n\
         75% | 4.0 | null | 1.0 | 2024-01-04T00:00:00\nmax | 6.0 | b | 1.0 | 2024-01-05",
    );
    hypostyle::assert_frame_eq(&summary, &expected);
    assert_eq!(
        frame
            .head(0)
            .lazy()
            .describe_with(&[0.995])
            .unwrap()
            .column("statistic")
            .unwrap()
            .get(8)
            .unwrap()
            .as_str(),
        Some("99.5%")
    );
}

#[test]
fn lists_and_sets_are_the_same_however_rows_are_cut() {
    let frame = table(
        "k: string | s: string | x: int64 | w: float64\nb | p | 5 | 1.0\na | q | 2 | 3.0\nb | r | 5 | 2.0\nnull | p | 1 | 1.0\nb | null | null | 9.0\n\
         a | a longer text than fits a view | 2 | 1.0\nb | p | -3 | 4.0",
    );
    check(&[&frame], |t| {
        t[0].group_by("k").order(GroupOrder::Sorted).agg([
            col("s").string_join("+").alias("joined"),
            col("s").nth(-1).alias("last"),
            col("s").nth(1).alias("second"),
            col("s").max_by(col("w")).alias("at_most"),
            col("x").arg_max().alias("place"),
            col("s").approx_n_unique().alias("about"),
            col("x").sum().distinct().alias("sum"),
            col("x").weighted_mean(col("w")).alias("mean"),
            col("s").max().alias("max"),
            col("s").n_unique().alias("n"),
            (col("x").sum() + col("x").sum()).alias("twice"),
        ])
    })
    .gives(
        "k: string | joined: string | last: string | second: string | at_most: string | place: uint64 | about: uint64 | sum: int64 | mean: float64 | max: string | n: uint64 | twice: int64\n\
         a | q+a longer text than fits a view | a longer text than fits a view | a longer text than fits a view | q | 0 | 2 | 2 | 2.0 | q | 2 | 8\n\
         b | p+r+p | p | r | null | 0 | 2 | 2 | 0.42857142857142855 | r | 2 | 14\n\
         null | p | p | null | p | 0 | 1 | 1 | 1.0 | p | 1 | 2",
    );
    check(&[&frame], |t| {
        let lists = [col("s").mode(), col("s").unique().alias("u"), col("x").collect_list(), col("s").tail(2).alias("t")];
        t[0].select(lists).select([
            col("s").list_get(0).alias("mode"),
            col("u").list_get(-1).alias("last"),
            col("x").list_get(3).alias("fourth"),
            col("t").list_get(0).alias("tail"),
        ])
    })
    .gives("mode: string | last: string | fourth: int64 | tail: string\np | a longer text than fits a view | 1 | a longer text than fits a view");
}
