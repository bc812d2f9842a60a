//! Aggregates of more than one column, and those that give lists, against the plainest code that could give their answer.

use crate::aggregate_oracles::{GROUPS, close, floats, integers, of_group, rows};
use arrow::array::ArrayRef;
use hypostyle::expr::{Groups, bind_aggregate};
use hypostyle::{Column, DType, ErrorKind, Expr, Field, Scalar, Schema, col};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use std::collections::HashMap;

/// The aggregate of columns `x` and `y` in each group: two batches in one state, merged with a third in another.
fn aggregate(expr: Expr, x: &Column, y: &Column, ids: &[u32]) -> Vec<Scalar> {
    let fields = [("x", x), ("y", y)].map(|(name, column)| Field::new(name, column.dtype().clone()));
    let bound = bind_aggregate(&expr, &Schema::new(fields.to_vec()).unwrap()).unwrap();
    let whole = hypostyle::Batch::new(vec![x.clone(), y.clone()], ids.len()).unwrap();
    let mut states = Vec::new();
    let (third, half) = (ids.len() / 3, ids.len() / 2);
    for cuts in [vec![0, third, half], vec![half, ids.len()]] {
        let mut state = bound.state().unwrap();
        state.resize(GROUPS);
        for cut in cuts.windows(2) {
            let part = whole.slice(cut[0], cut[1] - cut[0]);
            let args: Vec<ArrayRef> =
                bound.args.iter().map(|arg| arg.column(&part).unwrap().array().clone()).collect();
            state.update(&args, &Groups::per_row(&ids[cut[0]..cut[1]])).unwrap();
        }
        states.push(state);
    }
    let second = states.pop().unwrap();
    let mut state = states.pop().unwrap();
    let all: Vec<u32> = (0..GROUPS as u32).collect();
    state.merge(second.as_ref(), &all, &all).unwrap();
    let result = state.finish().unwrap();
    (0..GROUPS).map(|group| Scalar::from_array(&result, group)).collect()
}

fn list<T: Into<Scalar>>(values: impl IntoIterator<Item = T>) -> Scalar {
    Scalar::List(values.into_iter().map(Into::into).collect())
}

/// A group and what the row has of two columns.
type Paired<A, B> = (u32, Option<(Option<A>, Option<B>)>);

fn pairs<A: std::fmt::Debug + Clone, B: std::fmt::Debug + Clone>(
    x: impl Strategy<Value = A>,
    y: impl Strategy<Value = B>,
) -> impl Strategy<Value = Vec<Paired<A, B>>> {
    let x = (any::<bool>(), any::<bool>(), x).prop_map(|(a, b, value)| (a || b).then_some(value));
    let y = (any::<bool>(), any::<bool>(), y).prop_map(|(a, b, value)| (a || b).then_some(value));
    rows((x, y))
}

fn split<A: Clone, B: Clone>(rows: &[Paired<A, B>]) -> (Vec<u32>, Column, Column)
where
    Column: FromIterator<Option<A>> + FromIterator<Option<B>>,
{
    let ids = rows.iter().map(|(id, _)| *id).collect();
    let x = rows.iter().map(|(_, pair)| pair.as_ref().and_then(|pair| pair.0.clone())).collect();
    let y = rows.iter().map(|(_, pair)| pair.as_ref().and_then(|pair| pair.1.clone())).collect();
    (ids, x, y)
}

proptest! {
    #[test]
    fn lists_of_rows(rows in rows("[a-c]{0,2}|a word of some length [x-z]")) {
        let ids: Vec<u32> = rows.iter().map(|(id, _)| *id).collect();
        let x: Column = rows.iter().map(|(_, value)| value.as_deref()).collect();
        let run = |expr: Expr| aggregate(expr, &x, &x, &ids);
        let (lists, heads, tails) = (run(col("x").collect_list()), run(col("x").head(2)), run(col("x").tail(2)));
        let (second, last_but_two) = (run(col("x").nth(1)), run(col("x").nth(-3)));
        let (joined, unique, modes) = (run(col("x").string_join("; ")), run(col("x").unique()), run(col("x").mode()));
        let (least, most) = (run(col("x").arg_min()), run(col("x").arg_max()));
        for group in 0..GROUPS {
            let all: Vec<Option<String>> =
                rows.iter().filter(|(id, _)| *id as usize == group).map(|(_, value)| value.clone()).collect();
            prop_assert_eq!(&lists[group], &list(all.clone()));
            prop_assert_eq!(&heads[group], &list(all.iter().take(2).cloned()));
            prop_assert_eq!(&tails[group], &list(all.iter().skip(all.len().saturating_sub(2)).cloned()));
            prop_assert_eq!(&second[group], &Scalar::from(all.get(1).cloned().flatten()));
            let third = all.len().checked_sub(3).and_then(|at| all[at].clone());
            prop_assert_eq!(&last_but_two[group], &Scalar::from(third));
            let values = of_group(&rows, group);
            let text = (!values.is_empty()).then(|| values.join("; "));
            prop_assert_eq!(&joined[group], &Scalar::from(text));
            let mut seen = Vec::new();
            all.iter().for_each(|value| if !seen.contains(value) { seen.push(value.clone()) });
            prop_assert_eq!(&unique[group], &list(seen));
            let mut counts: HashMap<&String, usize> = HashMap::new();
            values.iter().for_each(|value| *counts.entry(value).or_default() += 1);
            let top = counts.values().max().copied();
            let mut frequent: Vec<String> =
                counts.into_iter().filter(|(_, count)| Some(*count) == top).map(|(value, _)| value.clone()).collect();
            frequent.sort();
            prop_assert_eq!(&modes[group], &list(frequent));
            let place = |wanted: Option<&String>| {
                all.iter().position(|value| wanted.is_some() && value.as_ref() == wanted).map(|at| at as u64)
            };
            prop_assert_eq!(&least[group], &Scalar::from(place(values.iter().min())));
            prop_assert_eq!(&most[group], &Scalar::from(place(values.iter().max())));
        }
    }

    #[test]
    fn the_row_where_another_is_extreme(rows in pairs("[a-z]{1,20}", floats())) {
        let (ids, x, y) = split(&rows);
        let run = |expr: Expr| aggregate(expr, &x, &y, &ids);
        let (least, most) = (run(col("x").min_by(col("y"))), run(col("x").max_by(col("y"))));
        let (first, last) = (run(col("y").arg_min()), run(col("y").arg_max()));
        for group in 0..GROUPS {
            let all: Vec<(Option<String>, Option<f64>)> = rows
                .iter()
                .filter(|(id, _)| *id as usize == group)
                .map(|(_, pair)| pair.clone().unwrap_or((None, None)))
                .collect();
            let best = |better: fn(f64, f64) -> bool| {
                let mut best: Option<(usize, f64)> = None;
                for (at, (_, y)) in all.iter().enumerate() {
                    let Some(y) = y else { continue };
                    if best.is_none_or(|(_, value)| better(*y, value) || (value.is_nan() && !y.is_nan())) {
                        best = Some((at, *y));
                    }
                }
                best.map(|(at, _)| at)
            };
            let (low, high) = (best(|a, b| a < b), best(|a, b| a > b));
            prop_assert_eq!(&first[group], &Scalar::from(low.map(|at| at as u64)));
            prop_assert_eq!(&last[group], &Scalar::from(high.map(|at| at as u64)));
            prop_assert_eq!(&least[group], &Scalar::from(low.and_then(|at| all[at].0.clone())));
            prop_assert_eq!(&most[group], &Scalar::from(high.and_then(|at| all[at].0.clone())));
        }
    }

    #[test]
    fn integers_as_sets_and_bits(rows in rows(integers())) {
        let ids: Vec<u32> = rows.iter().map(|(id, _)| *id).collect();
        let x: Column = rows.iter().map(|(_, value)| *value).collect();
        let run = |expr: Expr| aggregate(expr, &x, &x, &ids);
        let (and, or, xor) = (run(col("x").bit_and()), run(col("x").bit_or()), run(col("x").bit_xor()));
        let (means, about) = (run(col("x").mean().distinct()), run(col("x").approx_n_unique()));
        let shares = [0.9, 0.0, 0.25, 0.9];
        let (several, bins) = (run(col("x").quantiles(shares)), run(col("x").histogram([-5.0, 0.0, 3.0])));
        let single = shares.map(|share| run(col("x").quantile(share)));
        for group in 0..GROUPS {
            let mut values = of_group(&rows, group);
            prop_assert_eq!(&and[group], &Scalar::from(values.iter().copied().reduce(|a, b| a & b)));
            prop_assert_eq!(&or[group], &Scalar::from(values.iter().copied().reduce(|a, b| a | b)));
            prop_assert_eq!(&xor[group], &Scalar::from(values.iter().copied().reduce(|a, b| a ^ b)));
            let of = |low: i64, high: i64| values.iter().filter(|x| (low..=high).contains(x)).count() as u64;
            prop_assert_eq!(&bins[group], &list([of(-5, -1), of(0, 3)]));
            prop_assert_eq!(&several[group], &Scalar::List(single.iter().map(|each| each[group].clone()).collect()));
            values.sort_unstable();
            values.dedup();
            prop_assert_eq!(&about[group], &Scalar::UInt(values.len() as u64));
            let total: i128 = values.iter().copied().map(i128::from).sum();
            let mean = (!values.is_empty()).then(|| total as f64 / values.len() as f64);
            prop_assert_eq!(&means[group], &Scalar::from(mean));
        }
    }

    #[test]
    fn integers_beside_extremes(rows in pairs(-3i64..3, prop_oneof![-2.0..2.0f64, Just(f64::NAN), Just(0.0), Just(-0.0)])) {
        let (ids, x, y) = split(&rows);
        let run = |expr: Expr| aggregate(expr, &x, &y, &ids);
        let (top, bottom) = (run(col("x").top_k_by(col("y"), 3)), run(col("x").bottom_k_by(col("y"), 3)));
        for group in 0..GROUPS {
            let pairs: Vec<(Option<i64>, Option<f64>)> = of_group(&rows, group);
            let mut whole: Vec<(i64, f64)> =
                pairs.iter().filter_map(|(x, y)| Some(((*x)?, (*y)?))).filter(|(_, y)| !y.is_nan()).collect();
            whole.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap().then(a.0.cmp(&b.0)));
            prop_assert_eq!(&top[group], &list(whole.iter().take(3).map(|(x, _)| *x)));
            whole.sort_by(|a, b| a.1.partial_cmp(&b.1).unwrap().then(a.0.cmp(&b.0)));
            prop_assert_eq!(&bottom[group], &list(whole.iter().take(3).map(|(x, _)| *x)));
        }
    }

    #[test]
    fn moments_and_lines(rows in pairs(-100.0..100.0f64, -50i64..50)) {
        let (ids, x, y) = split(&rows);
        let run = |expr: Expr| aggregate(expr, &x, &y, &ids);
        let (skew, tails, error) = (run(col("x").skew()), run(col("x").kurtosis()), run(col("x").sem(1)));
        let weighted = run(col("x").weighted_mean(col("y") * col("y") + 1));
        let line = [run(col("x").regr_slope(col("y"))), run(col("x").regr_intercept(col("y")))];
        let (fit, corr) = (run(col("x").regr_r2(col("y"))), run(col("x").corr(col("y"))));
        for group in 0..GROUPS {
            let pairs: Vec<(Option<f64>, Option<i64>)> = of_group(&rows, group);
            let values: Vec<f64> = pairs.iter().filter_map(|pair| pair.0).collect();
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let power = |k: i32| values.iter().map(|value| (value - mean).powi(k)).sum::<f64>();
            let g1 = n * (n - 1.0).sqrt() / (n - 2.0) * power(3) / power(2).powf(1.5);
            let g2 = n * (n + 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0)) * power(4) / power(2).powi(2)
                - 3.0 * (n - 1.0).powi(2) / ((n - 2.0) * (n - 3.0));
            prop_assert!(close(&skew[group], (n > 2.0).then_some(g1)), "skew {:?} {g1}", skew[group]);
            prop_assert!(close(&tails[group], (n > 3.0).then_some(g2)), "kurtosis {:?} {g2}", tails[group]);
            let spread = (power(2) / (n - 1.0) / n).sqrt();
            prop_assert!(close(&error[group], (n > 1.0).then_some(spread)), "sem {:?} {spread}", error[group]);
            let both: Vec<(f64, f64)> =
                pairs.iter().filter_map(|(x, y)| Some(((*x)?, (*y)? as f64))).collect();
            let weights: f64 = both.iter().map(|(_, y)| y * y + 1.0).sum();
            let products: f64 = both.iter().map(|(x, y)| x * (y * y + 1.0)).sum();
            let wanted = (!both.is_empty()).then_some(products / weights);
            prop_assert!(close(&weighted[group], wanted), "weighted {:?} {wanted:?}", weighted[group]);
            let n = both.len() as f64;
            let (my, mx) = (both.iter().map(|p| p.0).sum::<f64>() / n, both.iter().map(|p| p.1).sum::<f64>() / n);
            let sxx: f64 = both.iter().map(|(_, x)| (x - mx).powi(2)).sum();
            if n > 1.0 && sxx > 0.0 {
                let slope = both.iter().map(|(y, x)| (x - mx) * (y - my)).sum::<f64>() / sxx;
                prop_assert!(close(&line[0][group], Some(slope)), "slope {:?} {slope}", line[0][group]);
                let at = my - slope * mx;
                prop_assert!(close(&line[1][group], Some(at)), "intercept {:?} {at}", line[1][group]);
                let square = corr[group].as_f64().unwrap().powi(2);
                prop_assert!(square.is_nan() || close(&fit[group], Some(square)), "r2 {:?} {square}", fit[group]);
            }
        }
    }
}

fn one(expr: Expr, x: Column) -> Scalar {
    let ids = vec![0; x.len()];
    aggregate(expr, &x, &x, &ids)[0].clone()
}

#[test]
fn special_values() {
    let nan = f64::NAN;
    let of = |expr: Expr, values: Vec<f64>| one(expr, values.into_iter().collect());
    // What does not vary has no skew, even where its mean is no float.
    assert_eq!(of(col("x").skew(), vec![0.1; 3000]), Scalar::Float(nan));
    assert_eq!(of(col("x").kurtosis(), vec![0.1; 3000]), Scalar::Float(nan));
    assert_eq!(of(col("x").sem(1), vec![0.1; 3000]), Scalar::Float(0.0));
    assert_eq!(of(col("x").skew(), vec![1.0, 2.0, f64::INFINITY]), Scalar::Float(nan));
    assert_eq!(of(col("x").mode(), vec![nan, 1.0, -nan, 0.0, -0.0, 1.0]), list([0.0, 1.0, nan]));
    assert_eq!(of(col("x").unique(), vec![-0.0, 0.0, nan, -nan]), list([0.0, nan]));
    assert_eq!(of(col("x").arg_min(), vec![nan, 0.0, -0.0]), Scalar::UInt(1));
    assert_eq!(of(col("x").arg_max(), vec![nan, -0.0, 0.0]), Scalar::UInt(1));
    assert_eq!(of(col("x").arg_max(), vec![nan, nan]), Scalar::UInt(0));
    assert_eq!(of(col("x").histogram([0.0, 1.0]), vec![-0.1, 0.0, 1.0, nan, 1.1]), list([2u64]));
    assert_eq!(of(col("x").regr_r2(col("x") - col("x")), vec![1.0, 2.0]), Scalar::Float(nan));
    assert_eq!(of((col("x") - col("x")).regr_r2(col("x")), vec![1.0, 2.0]), Scalar::Float(1.0));
    assert_eq!(of(col("x").weighted_mean(col("x") - col("x")), vec![1.0]), Scalar::Float(nan));
    // The ends of a type are values like others.
    let ends: Column = [i64::MAX, i64::MIN, 0, i64::MAX].into_iter().collect();
    let beside = |expr: Expr| {
        let by: Column = [i64::MIN, i64::MIN, i64::MAX, i64::MAX].into_iter().collect();
        aggregate(expr, &ends, &by, &[0; 4])[0].clone()
    };
    assert_eq!(beside(col("x").top_k_by(col("y"), 5)), list([0, i64::MAX, i64::MIN, i64::MAX]));
    assert_eq!(beside(col("x").bottom_k_by(col("y"), 3)), list([i64::MIN, i64::MAX, 0]));
    let steep = of(col("x").weighted_mean(col("x") - col("x") + 1), vec![1e16, 1.0, -1e16]);
    assert_eq!(steep, Scalar::Float(1.0 / 3.0));
}

#[test]
fn wrong_constants_are_refused() {
    let schema = Schema::new(vec![Field::new("x", DType::Int64), Field::new("s", DType::String)]).unwrap();
    let kind = |expr: Expr| bind_aggregate(&expr, &schema).err().map(|error| error.kind());
    let wrong = Some(ErrorKind::InvalidArgument);
    assert_eq!(kind(col("x").quantiles([0.5, 1.5])), wrong);
    assert_eq!(kind(col("x").histogram([1.0])), wrong);
    assert_eq!(kind(col("x").histogram([1.0, 0.0])), wrong);
    assert_eq!(kind(col("x").corr(col("x")).distinct()), wrong);
    assert_eq!(kind(col("x").distinct()), wrong);
    assert_eq!(kind(col("x").sum().distinct().distinct()), wrong);
    assert_eq!(kind(col("s").sum().distinct()), Some(ErrorKind::Type));
    assert_eq!(kind(col("s").bit_and()), Some(ErrorKind::Type));
    assert_eq!(kind(col("s").skew()), Some(ErrorKind::Type));
    assert_eq!(kind(col("x").sum().distinct()), None);
}

#[test]
fn the_last_rows_forget_what_later_ones_replace() {
    let schema = Schema::new(vec![Field::new("x", DType::Int64)]).unwrap();
    let mut state = bind_aggregate(&col("x").tail(3), &schema).unwrap().state().unwrap();
    state.resize(1);
    let batch: Column = (0..50_000i64).collect();
    for _ in 0..40 {
        state.update(&[batch.array().clone()], &Groups::one(50_000)).unwrap();
    }
    assert!(state.size_bytes() < 10_000_000, "{}", state.size_bytes());
    assert_eq!(Scalar::from_array(&state.finish().unwrap(), 0), list([49_997i64, 49_998, 49_999]));
}
