//! Aggregates against the plainest code that could give their answer.

use arrow::array::ArrayRef;
use hypostyle::expr::{Groups, bind_aggregate};
use hypostyle::{Column, DType, ErrorKind, Expr, Field, Scalar, Schema, col};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

pub const GROUPS: usize = 4;

/// The aggregate of column `x` in each group, over batches cut in the middle.
fn aggregate(expr: Expr, x: Column, ids: &[u32]) -> Result<Vec<Scalar>, hypostyle::Error> {
    let schema = Schema::new(vec![Field::new("x", x.dtype().clone())])?;
    let bound = bind_aggregate(&expr, &schema)?;
    let mut state = bound.state()?;
    state.resize(GROUPS);
    let middle = ids.len() / 2;
    for (from, to) in [(0, middle), (middle, ids.len())] {
        let part: ArrayRef = x.array().slice(from, to - from);
        state.update(&vec![part; bound.args.len()], &Groups::per_row(&ids[from..to]))?;
    }
    let result = state.finish()?;
    Ok((0..GROUPS).map(|group| Scalar::from_array(&result, group)).collect())
}

pub fn of_group<T: Clone>(rows: &[(u32, Option<T>)], group: usize) -> Vec<T> {
    rows.iter().filter(|(id, _)| *id as usize == group).filter_map(|(_, value)| value.clone()).collect()
}

pub fn rows<T: std::fmt::Debug + Clone>(
    values: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<(u32, Option<T>)>> {
    let value = (any::<bool>(), any::<bool>(), values).prop_map(|(a, b, value)| (a || b).then_some(value));
    proptest::collection::vec((0..GROUPS as u32 - 1, value), 0..200)
}

pub fn integers() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -5i64..5, 2 => any::<i64>(), 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
}

pub fn floats() -> impl Strategy<Value = f64> {
    prop_oneof![6 => -1e3..1e3, 2 => (-3i8..3).prop_map(f64::from), 1 => Just(-0.0), 1 => Just(f64::NAN)]
}

pub fn close(got: &Scalar, want: Option<f64>) -> bool {
    match (got, want) {
        (Scalar::Null, None) => true,
        (Scalar::Float(got), Some(want)) => {
            got == &want || (got.is_nan() && want.is_nan()) || (got - want).abs() <= 1e-9 * (1.0 + want.abs())
        }
        _ => false,
    }
}

pub fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    // NaN is the largest.
    values.sort_by(|a, b| {
        a.is_nan().cmp(&b.is_nan()).then(a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal))
    });
    values
}

proptest! {
    #[test]
    fn sums_of_integers_are_exact_or_refused(rows in rows(integers())) {
        let ids: Vec<u32> = rows.iter().map(|(id, _)| *id).collect();
        let x: Column = rows.iter().map(|(_, value)| *value).collect();
        let exact: Vec<i128> =
            (0..GROUPS).map(|group| of_group(&rows, group).into_iter().map(i128::from).sum()).collect();
        match aggregate(col("x").sum(), x.clone(), &ids) {
            Ok(sums) => {
                let exact: Option<Vec<i64>> = exact.iter().map(|sum| i64::try_from(*sum).ok()).collect();
                let exact = exact.unwrap().into_iter().map(Scalar::Int).collect::<Vec<_>>();
                prop_assert_eq!(sums, exact);
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::Arithmetic);
                let first = exact.iter().position(|sum| i64::try_from(*sum).is_err()).unwrap();
                prop_assert_eq!(error.row_number(), Some(first as u64));
                let text = exact[first].to_string();
                prop_assert_eq!(error.offending_value(), Some(text.as_str()));
            }
        }
        let means = aggregate(col("x").mean(), x, &ids).unwrap();
        for (group, mean) in means.iter().enumerate() {
            let count = of_group(&rows, group).len();
            let want = (count > 0).then(|| Scalar::Float(exact[group] as f64 / count as f64));
            prop_assert_eq!(mean, &want.unwrap_or(Scalar::Null));
        }
    }

    #[test]
    fn order_statistics_of_integers(rows in rows(integers())) {
        let ids: Vec<u32> = rows.iter().map(|(id, _)| *id).collect();
        let x: Column = rows.iter().map(|(_, value)| *value).collect();
        let least = aggregate(col("x").min(), x.clone(), &ids).unwrap();
        let most = aggregate(col("x").max(), x.clone(), &ids).unwrap();
        let median = aggregate(col("x").median(), x.clone(), &ids).unwrap();
        let distinct = aggregate(col("x").n_unique(), x, &ids).unwrap();
        for group in 0..GROUPS {
            let mut values = of_group(&rows, group);
            values.sort_unstable();
            prop_assert_eq!(&least[group], &Scalar::from(values.first().copied()));
            prop_assert_eq!(&most[group], &Scalar::from(values.last().copied()));
            let middle = (!values.is_empty()).then(|| {
                let (a, b) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
                (i128::from(a) + i128::from(b)) as f64 / 2.0
            });
            prop_assert_eq!(&median[group], &Scalar::from(middle));
            values.dedup();
            prop_assert_eq!(&distinct[group], &Scalar::UInt(values.len() as u64));
        }
    }

    #[test]
    fn statistics_of_floats(rows in rows(floats())) {
        let ids: Vec<u32> = rows.iter().map(|(id, _)| *id).collect();
        let x: Column = rows.iter().map(|(_, value)| *value).collect();
        let run = |expr: Expr| aggregate(expr, x.clone(), &ids).unwrap();
        let (sum, mean, var) = (run(col("x").sum()), run(col("x").mean()), run(col("x").var(1)));
        let (least, most, median) = (run(col("x").min()), run(col("x").max()), run(col("x").median()));
        let distinct = run(col("x").n_unique());
        for group in 0..GROUPS {
            let values = sorted(of_group(&rows, group));
            let count = values.len() as f64;
            let total: f64 = values.iter().sum();
            prop_assert!(close(&sum[group], Some(total)), "sum {:?} {total}", sum[group]);
            let average = (count > 0.0).then(|| total / count);
            prop_assert!(close(&mean[group], average), "mean {:?} {average:?}", mean[group]);
            let spread = (count > 1.0).then(|| {
                values.iter().map(|value| (value - total / count).powi(2)).sum::<f64>() / (count - 1.0)
            });
            prop_assert!(close(&var[group], spread), "var {:?} {spread:?}", var[group]);
            prop_assert!(close(&least[group], values.first().copied()), "min {:?}", least[group]);
            let mut numbers = values.iter().filter(|value| !value.is_nan());
            let largest = numbers.next_back().or(values.last()).copied();
            prop_assert!(close(&most[group], largest), "max {:?}", most[group]);
            let middle = (!values.is_empty()).then(|| {
                (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
            });
            prop_assert!(close(&median[group], middle), "median {:?} {middle:?}", median[group]);
            let mut keys: Vec<u64> =
                values.iter().map(|v| if v.is_nan() { 1 } else { (v + 0.0).to_bits() }).collect();
            keys.sort_unstable();
            keys.dedup();
            prop_assert_eq!(&distinct[group], &Scalar::UInt(keys.len() as u64));
        }
    }

    #[test]
    fn ends_and_extremes_of_text(rows in rows("[a-c]{0,2}|a word of some length [x-z]")) {
        let ids: Vec<u32> = rows.iter().map(|(id, _)| *id).collect();
        let x: Column = rows.iter().map(|(_, value)| value.as_deref()).collect();
        let run = |expr: Expr| aggregate(expr, x.clone(), &ids).unwrap();
        let (first, last) = (run(col("x").first()), run(col("x").last()));
        let (first_value, last_value) = (run(col("x").first_value()), run(col("x").last_value()));
        let (least, most, distinct) = (run(col("x").min()), run(col("x").max()), run(col("x").n_unique()));
        for group in 0..GROUPS {
            let mut all = rows.iter().filter(|(id, _)| *id as usize == group).map(|(_, value)| value.clone());
            prop_assert_eq!(&first[group], &Scalar::from(all.clone().next().flatten()));
            prop_assert_eq!(&last[group], &Scalar::from(all.next_back().flatten()));
            let mut values = of_group(&rows, group);
            prop_assert_eq!(&first_value[group], &Scalar::from(values.first().cloned()));
            prop_assert_eq!(&last_value[group], &Scalar::from(values.last().cloned()));
            values.sort_unstable();
            prop_assert_eq!(&least[group], &Scalar::from(values.first().cloned()));
            prop_assert_eq!(&most[group], &Scalar::from(values.last().cloned()));
            values.dedup();
            prop_assert_eq!(&distinct[group], &Scalar::UInt(values.len() as u64));
        }
    }

    #[test]
    fn products_of_integers_are_exact_or_refused(rows in rows(prop_oneof![-3i64..=3, any::<i64>()])) {
        let ids: Vec<u32> = rows.iter().map(|(id, _)| *id).collect();
        let x: Column = rows.iter().map(|(_, value)| *value).collect();
        let exact: Vec<Option<i64>> = (0..GROUPS)
            .map(|group| {
                let values = of_group(&rows, group);
                if values.contains(&0) {
                    return Some(0);
                }
                let product = values.iter().try_fold(1i128, |product, value| product.checked_mul((*value).into()));
                product.and_then(|product| i64::try_from(product).ok())
            })
            .collect();
        match aggregate(col("x").product(), x, &ids) {
            Ok(products) => {
                let exact = exact.into_iter().map(|value| Scalar::Int(value.unwrap())).collect::<Vec<_>>();
                prop_assert_eq!(products, exact);
            }
            Err(error) => {
                let first = exact.iter().position(Option::is_none).unwrap();
                prop_assert_eq!(error.row_number(), Some(first as u64));
            }
        }
    }
}

fn one(expr: Expr, values: Vec<f64>) -> Scalar {
    let ids = vec![0; values.len()];
    aggregate(expr, values.into_iter().collect(), &ids).unwrap()[0].clone()
}

#[test]
fn special_values() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    assert_eq!(one(col("x").var(1), vec![1.0, inf]), Scalar::Float(nan));
    assert_eq!(one(col("x").var(1), vec![1.0]), Scalar::Null);
    assert_eq!(one(col("x").var(1), vec![1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0]), Scalar::Float(1.0));
    assert_eq!(one(col("x").std(0), vec![7.25; 100]), Scalar::Float(0.0));
    assert_eq!(one(col("x").min(), vec![nan, 2.0, 1.0]), Scalar::Float(1.0));
    assert_eq!(one(col("x").max(), vec![2.0, nan]), Scalar::Float(2.0));
    assert_eq!(one(col("x").max(), vec![-inf, nan]), Scalar::Float(-inf));
    assert_eq!(one(col("x").min(), vec![nan, -nan]), Scalar::Float(nan));
    assert_eq!(one(col("x").min(), vec![0.0, -0.0]), Scalar::Float(-0.0));
    assert_eq!(one(col("x").max(), vec![0.0, -0.0]), Scalar::Float(0.0));
    assert_eq!(one(col("x").median(), vec![-inf, 1.0]), Scalar::Float(-inf));
    assert_eq!(one(col("x").median(), vec![-inf, inf]), Scalar::Float(nan));
    assert_eq!(one(col("x").median(), vec![1.0, nan, 2.0]), Scalar::Float(2.0));
    assert_eq!(one(col("x").n_unique(), vec![nan, -nan, 0.0, -0.0]), Scalar::UInt(2));
    assert_eq!(one(col("x").corr(col("x")), vec![1.0, 2.0, 4.0]), Scalar::Float(1.0));
    assert_eq!(one(col("x").corr(col("x")), vec![1.0, 1.0]), Scalar::Float(nan));
}

#[test]
fn constants_are_checked_when_bound() {
    let schema = Schema::new(vec![Field::new("x", DType::Int64)]).unwrap();
    let kind = |expr: Expr| match bind_aggregate(&expr, &schema) {
        Ok(bound) => bound.state().err().map(|error| error.kind()),
        Err(error) => Some(error.kind()),
    };
    assert_eq!(kind(col("x").quantile(1.5)), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(col("x").quantile(f64::NAN)), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(col("x").quantile_with(0.5, "up")), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(col("x").var(-1)), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(col("x").var(2)), None);
    assert_eq!(kind(col("x").any()), Some(ErrorKind::Type));
}
