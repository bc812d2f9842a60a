//! `histogram`: how many values lie in each bin.

use crate::data::{Column, DType, Scalar, dispatch};
use crate::error::{Error, Result};
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, col};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::grouped::{each_list, list_column, lists};
use crate::functions::aggregate::rows::for_each_valid;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt64Array};
use arrow::datatypes::{Float64Type, UInt64Type};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// How many values lie between given edges.
pub static HISTOGRAM: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("histogram"),
    aliases: &[],
    doc: "How many values lie in each bin between ascending edges, as a list.\n\nA bin holds its lower edge and not \
          its upper one, except the last, which holds both. Values outside, NaN and nulls are not counted.\n\n# \
          Errors\nFewer than two edges, or edges that do not ascend.",
    args: &["expr"],
    params: &[Param { name: "edges", default: None, doc: "The edges, ascending." }],
    signature: |types, params| {
        edges(params)?;
        let dtype = &types[0];
        if !(dtype.is_numeric() || matches!(dtype, DType::Bool | DType::Null)) {
            return Err(Error::type_mismatch(format!("no histogram of {dtype}")));
        }
        Ok(Signature::new([DType::Float64], DType::List(Box::new(DType::UInt64))))
    },
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, params| Ok(Box::new(Histogram { edges: edges(params)?, groups: 0, counts: Vec::new() })),
    example: Some(|| Example {
        input: vec![("x", [Some(0.5), Some(1.0), None, Some(2.0), Some(9.0)].into_iter().collect())],
        expr: col("x").histogram([0.0, 1.0, 2.0]),
        output: Column::from_held(Arc::new(ListArray::from_iter_primitive::<UInt64Type, _, _>([Some([
            Some(1),
            Some(2),
        ])]))),
    }),
};

impl Expr {
    /// How many values lie in each bin between ascending edges, as a list.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, col};
    /// let frame = Frame::builder().column("x", [0.5, 1.0, 2.0]).finish()?;
    /// let counts = frame.lazy().select([col("x").histogram([0.0, 1.0, 2.0])]).explode("x").collect()?;
    /// assert_eq!(counts.column("x")?.get(1)?.as_i64(), Some(2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn histogram(self, edges: impl IntoIterator<Item = f64>) -> Expr {
        let edges = edges.into_iter().map(Scalar::Float).collect();
        Expr::aggregate(&HISTOGRAM, [self], Params::new().with("edges", Scalar::List(edges)))
    }
}

fn edges(params: &Params) -> Result<Vec<f64>> {
    let Scalar::List(items) = params.get("edges") else {
        return Err(Error::invalid(format!("edges must be a list of numbers, not {}", params.get("edges"))));
    };
    let numbers: Option<Vec<f64>> = items.iter().map(Scalar::as_f64).collect();
    match numbers {
        Some(edges) if edges.len() > 1 && edges.windows(2).all(|pair| pair[0] < pair[1]) => Ok(edges),
        _ => Err(Error::invalid("edges must be two or more ascending numbers")
            .value(Scalar::List(items.clone()).to_string())),
    }
}

/// The counts of every group, bin by bin.
struct Histogram {
    edges: Vec<f64>,
    groups: usize,
    counts: Vec<u64>,
}

impl Histogram {
    fn bins(&self) -> usize {
        self.edges.len() - 1
    }

    fn starts(&self) -> Vec<usize> {
        (0..=self.groups).map(|group| group * self.bins()).collect()
    }
}

/// The bin of a value, if it is in one.
#[inline]
fn bin(edges: &[f64], value: f64) -> Option<usize> {
    let last = edges.len() - 1;
    if value == edges[last] {
        return Some(last - 1);
    }
    let at = edges.partition_point(|edge| *edge <= value);
    // NaN is below no edge and above none.
    (at > 0 && at <= last).then(|| at - 1)
}

impl GroupState for Histogram {
    fn resize(&mut self, groups: usize) {
        if groups > self.groups {
            self.groups = groups;
            self.counts.resize(groups * self.bins(), 0);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let array = dispatch::primitive::<Float64Type>(&args[0]);
        let (values, bins) = (array.values(), self.bins());
        let mut add = |row: usize| {
            if let Some(bin) = bin(&self.edges, values[row]) {
                self.counts[groups.of(row) * bins + bin] += 1;
            }
        };
        match array.nulls().filter(|nulls| nulls.null_count() > 0) {
            None => (0..values.len()).for_each(add),
            Some(nulls) => for_each_valid(nulls, |rows| rows.rows().for_each(&mut add)),
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        let bins = self.bins();
        for (from, into) in from.iter().zip(into) {
            let others = &other.counts[*from as usize * bins..][..bins];
            for (count, other) in self.counts[*into as usize * bins..].iter_mut().zip(others) {
                *count += other;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        list_column(&self.starts(), Arc::new(UInt64Array::from(self.counts.clone())))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        Ok(vec![lists(&self.starts(), Arc::new(UInt64Array::from(self.counts.clone())))?])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [array] = arrays else { return Err(foreign_state()) };
        let bins = self.bins();
        for (into, others) in each_list(array, into)? {
            let others = others.as_primitive_opt::<UInt64Type>().ok_or_else(foreign_state)?;
            for (count, other) in self.counts[into as usize * bins..].iter_mut().zip(others.values()) {
                *count += other;
            }
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<u64>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
