//! `cut`: the interval that a number lies in.

use crate::data::{Categories, DType, Scalar, dispatch, strings};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Args, Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::example;
use crate::kernels::map::collect_some;
use arrow::array::{Array, ArrayRef, StringViewArray};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type, UInt32Type};
use std::sync::Arc;

/// The interval between given edges that a number lies in.
pub static CUT: ScalarFunction = ScalarFunction::new("cut", "conditional", &["expr"], signature, evaluate)
    .handling_nulls()
    .with_params(&[
        Param { name: "edges", default: None, doc: "The edges of the intervals, ascending." },
        Param {
            name: "labels",
            default: Some(ParamDefault::Null),
            doc: "One text per interval in place of the interval's own; false: the interval's number from 0.",
        },
        Param {
            name: "right",
            default: Some(ParamDefault::Bool(true)),
            doc: "Whether an interval holds its upper edge; else it holds its lower one.",
        },
        Param {
            name: "include_lowest",
            default: Some(ParamDefault::Bool(false)),
            doc: "Whether the first interval holds its lower edge too, where intervals hold their upper ones.",
        },
        Param {
            name: "precision",
            default: Some(ParamDefault::Int(3)),
            doc: "Digits of the edges in the intervals' texts; more where edges would look the same.",
        },
        Param {
            name: "ordered",
            default: Some(ParamDefault::Bool(true)),
            doc: "Whether the intervals are ordered categories; else they are categories without an order. Labels that \
                  occur twice are no categories but text.",
        },
    ])
    .documented(
        "The interval between given edges that a number lies in, as one of ordered categories such as `(0, 10]`. Numbers \
         outside, NaN and null give null. Integers are compared exactly.",
        || example([Some(5i64), Some(10), Some(11), None], col("x").cut([0i64, 10, 20]), [
            Some("(0, 10]"),
            Some("(0, 10]"),
            Some("(10, 20]"),
            None,
        ]),
    );

impl Expr {
    /// The interval between these ascending edges that a number lies in, as one of ordered categories such as `(0, 10]`; numbers
    /// outside give null. [`cut_with`] has more choices.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col, len};
    /// let frame = Frame::builder().column("age", [3i64, 35, 40]).finish()?;
    /// let groups = frame.lazy().group_by([col("age").cut([0i64, 18, 100])]).agg([len()]).sort("len").collect()?;
    /// assert_eq!(groups.column("age")?.get(1)?.as_str(), Some("(18, 100]"));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn cut<T: Into<Scalar>>(self, edges: impl IntoIterator<Item = T>) -> Expr {
        let edges = Scalar::List(edges.into_iter().map(Into::into).collect());
        cut_with(self, Params::new().with("edges", edges))
    }
}

/// `cut` with its constants by name: `edges`, `labels`, `right`, `include_lowest`, `precision`, `ordered`.
pub fn cut_with(expr: Expr, params: Params) -> Expr {
    Expr::call(&CUT, [expr], params)
}

fn signature(types: &[DType], params: &Params) -> Result<Signature> {
    let bins = Bins::new(params)?;
    let arg = match &types[0] {
        dtype if dtype.is_integer() => dtype.clone(),
        dtype if dtype.is_numeric() => DType::Float64,
        DType::Null => DType::Float64,
        DType::Bool => DType::Int8,
        other => {
            return Err(Error::type_mismatch(format!("no intervals of {other}")).hint("numbers have them"));
        }
    };
    let output = match bins.labels {
        None => DType::Int64,
        Some(labels) => match Categories::new(labels, params.bool("ordered")?) {
            Ok(categories) => DType::Categorical(categories),
            Err(_) => DType::String,
        },
    };
    Ok(Signature::new([arg], output))
}

/// The intervals of one call.
struct Bins {
    edges: Vec<Scalar>,
    right: bool,
    include_lowest: bool,
    /// A text per interval; `None`: their numbers.
    labels: Option<Vec<Arc<str>>>,
}

impl Bins {
    fn new(params: &Params) -> Result<Bins> {
        let wrong = |found: &Scalar| {
            Error::invalid(format!("edges must be two or more ascending numbers, not {found}"))
        };
        let Scalar::List(edges) = params.get("edges") else { return Err(wrong(params.get("edges"))) };
        let ascend = |pair: &[Scalar]| pair[0].compare(&pair[1]) == Some(std::cmp::Ordering::Less);
        if edges.len() < 2
            || edges.iter().any(|edge| edge.as_f64().is_none())
            || !edges.windows(2).all(ascend)
        {
            return Err(wrong(&Scalar::List(edges.clone())));
        }
        let (right, include_lowest) = (params.bool("right")?, params.bool("include_lowest")?);
        let count = edges.len() - 1;
        let labels = match params.get("labels") {
            Scalar::Null | Scalar::Bool(true) => {
                let precision = params.int("precision")?.clamp(0, 19) as i32;
                Some(interval_texts(edges, right, include_lowest, precision))
            }
            Scalar::Bool(false) => None,
            Scalar::List(labels) if labels.len() == count => Some(
                labels
                    .iter()
                    .map(|label| label.as_str().map_or_else(|| label.to_string().into(), Arc::from))
                    .collect(),
            ),
            Scalar::List(labels) => {
                return Err(Error::invalid(format!("{} labels for {count} intervals", labels.len())));
            }
            other => return Err(Error::invalid(format!("labels must be a list, or false, not {other}"))),
        };
        Ok(Bins { edges: edges.clone(), right, include_lowest, labels })
    }

    /// The number of the interval of each value; `None` outside of all.
    fn place<N: Copy + PartialOrd>(&self, edges: &[N], lowest: N, value: N) -> Option<u32> {
        let at = match self.right {
            true => edges.partition_point(|edge| *edge < value),
            false => edges.partition_point(|edge| *edge <= value),
        };
        if at == 0 && self.right && self.include_lowest && value >= lowest && value <= edges[0] {
            return Some(0);
        }
        (at > 0 && at < edges.len()).then(|| at as u32 - 1)
    }
}

fn evaluate(args: &Args<'_>) -> Result<ArrayRef> {
    let bins = Bins::new(args.params())?;
    let array = args.array(0)?;
    let places: Vec<Option<u32>> = if array.data_type().is_integer() {
        // An integer is above an edge if it is above the edge's floor, and not below it if not below its ceiling.
        let whole = |edge: &Scalar, up: bool| match edge {
            Scalar::Float(edge) => (if up { edge.ceil() } else { edge.floor() }) as i128,
            other => other.as_i64().map(i128::from).or(unsigned(other)).unwrap_or(0),
        };
        let edges: Vec<i128> = bins.edges.iter().map(|edge| whole(edge, !bins.right)).collect();
        let lowest = whole(&bins.edges[0], true);
        // Every integer is a decimal of scale 0.
        let wide = arrow::compute::cast(&array, &DataType::Decimal128(38, 0))?;
        let values = dispatch::primitive::<Decimal128Type>(&wide);
        values.iter().map(|value| bins.place(&edges, lowest, value?)).collect()
    } else {
        let edges: Vec<f64> = bins.edges.iter().filter_map(Scalar::as_f64).collect();
        let values = dispatch::primitive::<Float64Type>(&array);
        values
            .iter()
            .map(|value| value.filter(|value| !value.is_nan()))
            .map(|value| bins.place(&edges, edges[0], value?))
            .collect()
    };
    let Some(labels) = &bins.labels else {
        return Ok(Arc::new(collect_some::<Int64Type>(places.len(), &mut |row| places[row].map(i64::from))));
    };
    // A dictionary holds no text twice.
    let mut known: Vec<&str> = Vec::new();
    let codes: Vec<u32> = labels
        .iter()
        .map(|label| {
            let at = known.iter().position(|other| *other == label.as_ref());
            at.unwrap_or_else(|| {
                known.push(label);
                known.len() - 1
            }) as u32
        })
        .collect();
    let codes = collect_some::<UInt32Type>(places.len(), &mut |row| Some(codes[places[row]? as usize]));
    strings::encode(codes, Arc::new(StringViewArray::from_iter_values(known)))
}

fn unsigned(value: &Scalar) -> Option<i128> {
    match value {
        Scalar::UInt(value) => Some((*value).into()),
        _ => None,
    }
}

/// The intervals between edges as text, as `cut` names them.
pub fn interval_texts(edges: &[Scalar], right: bool, include_lowest: bool, precision: i32) -> Vec<Arc<str>> {
    let whole = edges.iter().all(|edge| !matches!(edge, Scalar::Float(_)));
    let shortened = |digits: i32| -> Vec<f64> {
        edges.iter().filter_map(Scalar::as_f64).map(|edge| shortened(edge, digits)).collect()
    };
    let differ = |digits: &i32| shortened(*digits).windows(2).all(|pair| pair[0] < pair[1]);
    let digits = (precision..20).find(differ).unwrap_or(precision);
    let lowest = right && include_lowest;
    let mut numbers = shortened(digits);
    if lowest {
        numbers[0] -= 10f64.powi(-digits);
    }
    let text = |at: usize| match &edges[at] {
        edge if whole && !(lowest) => edge.to_string(),
        _ => format!("{:?}", numbers[at]),
    };
    let (open, close) = if right { ('(', ']') } else { ('[', ')') };
    (1..edges.len()).map(|at| format!("{open}{}, {}{close}", text(at - 1), text(at)).into()).collect()
}

/// The number with its fraction rounded; of a fraction alone the leading zeros do not count.
fn shortened(value: f64, precision: i32) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    let digits = match value.trunc() == 0.0 {
        true => -(value.abs().log10().floor() as i32) - 1 + precision,
        false => precision,
    };
    let factor = 10f64.powi(digits);
    (value * factor).round_ties_even() / factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Column;
    use crate::functions::scalar::support::run;

    fn cut(values: &[f64], params: Params) -> Vec<Scalar> {
        run(&values.iter().copied().collect::<Column>(), &cut_with(col("x"), params)).unwrap()
    }

    fn edges<const N: usize>(values: [f64; N]) -> Params {
        Params::new().with("edges", Scalar::List(values.into_iter().map(Scalar::Float).collect()))
    }

    fn texts<const N: usize>(texts: [Option<&str>; N]) -> Vec<Scalar> {
        texts.into_iter().map(Scalar::from).collect()
    }

    #[test]
    fn either_edge_may_belong_to_an_interval() {
        let values = [0.0, 0.5, 1.0, 2.0, 2.5, f64::NAN];
        let right = [None, Some("(0.0, 1.0]"), Some("(0.0, 1.0]"), Some("(1.0, 2.0]"), None, None];
        assert_eq!(cut(&values, edges([0.0, 1.0, 2.0])), texts(right));
        let low = Some("(-0.001, 1.0]");
        let lowest = [low, low, low, Some("(1.0, 2.0]"), None, None];
        assert_eq!(cut(&values, edges([0.0, 1.0, 2.0]).with("include_lowest", true)), texts(lowest));
        let left = [Some("[0.0, 1.0)"), Some("[0.0, 1.0)"), Some("[1.0, 2.0)"), None, None, None];
        assert_eq!(cut(&values, edges([0.0, 1.0, 2.0]).with("right", false)), texts(left));
    }

    #[test]
    fn labels_and_numbers() {
        let labels = Scalar::List(vec!["low".into(), "high".into()]);
        let found = cut(&[0.5, 1.5], edges([0.0, 1.0, 2.0]).with("labels", labels));
        assert_eq!(found, texts([Some("low"), Some("high")]));
        let found = cut(&[0.5, 1.5, 9.0], edges([0.0, 1.0, 2.0]).with("labels", false));
        assert_eq!(found, [Scalar::Int(0), Scalar::Int(1), Scalar::Null]);
    }

    #[test]
    fn edges_are_told_apart_with_as_many_digits_as_it_takes() {
        let found = cut(&[0.12345], edges([0.123411, 0.123466]));
        assert_eq!(found, texts([Some("(0.1234, 0.1235]")]));
        assert_eq!(shortened(0.000123456, 3), 0.000123);
        assert_eq!(shortened(12.34567, 3), 12.346);
    }

    #[test]
    fn integers_beyond_floats_are_compared_exactly() {
        let big = 1i64 << 53;
        let x: Column = [big, big + 1, big + 2].into_iter().collect();
        let found = run(&x, &col("x").cut([big, big + 1, big + 2])).unwrap();
        assert_eq!(found[0], Scalar::Null);
        assert_eq!(found[1].as_str(), Some("(9007199254740992, 9007199254740993]"));
        assert_eq!(found[2].as_str(), Some("(9007199254740993, 9007199254740994]"));
        let x: Column = [1i64, 2, 3].into_iter().collect();
        let found = run(&x, &cut_with(col("x"), edges([0.5, 1.5, 2.5]).with("labels", false))).unwrap();
        assert_eq!(found, [Scalar::Int(0), Scalar::Int(1), Scalar::Null]);
    }

    #[test]
    fn edges_must_ascend() {
        let x: Column = [1i64].into_iter().collect();
        assert!(run(&x, &col("x").cut([1i64])).is_err());
        assert!(run(&x, &col("x").cut([2i64, 1])).is_err());
        assert!(run(&x, &col("x").cut([1i64, 1])).is_err());
        let few = Params::new().with("edges", Scalar::List(vec![1.into(), 2.into()]));
        assert!(run(&x, &cut_with(col("x"), few.with("labels", Scalar::List(vec![])))).is_err());
    }
}
