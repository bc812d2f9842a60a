//! `var`, `std`, `sem`.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, col};
use crate::functions::aggregate::fold::{numbers, same};
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use crate::functions::aggregate::spread::{Settled, Spreads, floats};
use crate::functions::aggregate::words::{Imported, Spill, export_words};
use arrow::array::{Array, ArrayRef, Float64Array};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// The variance.
pub static VAR: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("var"),
    aliases: &["variance"],
    doc: "The variance of the values; null if there are not more than `ddof`.\n\nThe sum of the squared distances from \
          the mean, divided by the number of values less `ddof`, in one pass without cancellation; 0 where no value differs. Nulls are skipped; \
          NaN and infinities give NaN.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| signature("var", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, params| state(params, Outcome::Variance),
    example: Some(|| Example {
        input: vec![("x", [1i64, 2, 3, 4].into_iter().collect())],
        expr: col("x").var(0),
        output: [1.25].into_iter().collect(),
    }),
};

/// The standard deviation.
pub static STD: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("std"),
    aliases: &["stddev"],
    doc: "The standard deviation of the values; null if there are not more than `ddof`.\n\nThe square root of the \
          variance, see `var`.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| signature("std", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, params| state(params, Outcome::Deviation),
    example: Some(|| Example {
        input: vec![("x", [Some(1.0), None, Some(5.0)].into_iter().collect())],
        expr: col("x").std(0),
        output: [2.0].into_iter().collect(),
    }),
};

/// The standard error of the mean.
pub static SEM: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("sem"),
    aliases: &[],
    doc: "The standard error of the mean; null if there are not more than `ddof` values.\n\nThe standard deviation \
          divided by the root of the number of values. Nulls are skipped; NaN and infinities give NaN.",
    args: &["expr"],
    params: PARAMS,
    signature: |types, _| signature("sem", types),
    ordered: false,
    accepts_codes: false,
    counts: false,
    state: |_, params| state(params, Outcome::Error),
    example: Some(|| Example {
        input: vec![("x", [0i64, 4].into_iter().collect())],
        expr: col("x").sem(1),
        output: [2.0].into_iter().collect(),
    }),
};

static PARAMS: &[Param] = &[Param {
    name: "ddof",
    default: Some(ParamDefault::Int(1)),
    doc: "What is taken from the number of values in the divisor: 1 for a sample, 0 for everything.",
}];

impl Expr {
    /// The variance of the values; null if there are not more than `ddof` (1 for a sample, 0 for everything).
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 2, 3, 4]).finish()?;
    /// let var = frame.lazy().select([col("x").var(0)]).collect()?;
    /// assert_eq!(var.column("x")?.get(0)?, Scalar::Float(1.25));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn var(self, ddof: i64) -> Expr {
        Expr::aggregate(&VAR, [self], Params::new().with("ddof", ddof))
    }

    /// The standard deviation of the values; null if there are not more than `ddof` (1 for a sample, 0 for everything).
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [Some(1.0), None, Some(5.0)]).finish()?;
    /// let std = frame.lazy().select([col("x").std(0)]).collect()?;
    /// assert_eq!(std.column("x")?.get(0)?, Scalar::Float(2.0));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn std(self, ddof: i64) -> Expr {
        Expr::aggregate(&STD, [self], Params::new().with("ddof", ddof))
    }

    /// The standard error of the mean; null if there are not more than `ddof` values.
    pub fn sem(self, ddof: i64) -> Expr {
        Expr::aggregate(&SEM, [self], Params::new().with("ddof", ddof))
    }
}

fn signature(name: &str, types: &[DType]) -> Result<Signature> {
    let arg = match &types[0] {
        DType::Bool => DType::Int8,
        DType::Null | DType::Decimal(..) => DType::Float64,
        dtype if dtype.is_numeric() => dtype.clone(),
        other => return Err(Error::type_mismatch(format!("no {name} of {other}"))),
    };
    Ok(Signature::new([arg], DType::Float64))
}

/// The checked `ddof`.
///
/// # Errors
/// `InvalidArgument` if it is no whole number from 0.
pub fn ddof(params: &Params) -> Result<f64> {
    match params.int("ddof")? {
        ddof @ 0.. => Ok(ddof as f64),
        ddof => Err(Error::invalid(format!("ddof must not be negative, it is {ddof}"))),
    }
}

fn state(params: &Params, outcome: Outcome) -> Result<Box<dyn GroupState>> {
    Ok(Box::new(Variance { ddof: ddof(params)?, outcome, spreads: Spreads::default() }))
}

/// What is made of the squared distances from the mean.
#[derive(Clone, Copy)]
enum Outcome {
    Variance,
    Deviation,
    /// The standard error of the mean.
    Error,
}

/// Rows at a time: their values stay in the nearest cache.
const RUN: usize = 1024;

struct Variance {
    ddof: f64,
    outcome: Outcome,
    spreads: Spreads,
}

impl GroupState for Variance {
    fn resize(&mut self, groups: usize) {
        self.spreads.resize(groups);
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let array = numbers(&args[0])?;
        let nulls = nulls_of(&array);
        let (mut own, mut picked): (Vec<u32>, Vec<f64>) = (Vec::new(), Vec::new());
        for start in (0..array.len()).step_by(RUN) {
            let rows = start..array.len().min(start + RUN);
            let values = floats(&array, rows.clone());
            let Some(nulls) = nulls.as_ref().map(|nulls| nulls.slice(start, rows.len())) else {
                match groups.ids {
                    None => self.spreads.add_one(&values),
                    Some(ids) => self.spreads.add(&ids[rows], &values),
                }
                continue;
            };
            own.clear();
            picked.clear();
            for_each_valid(&nulls, |valid| {
                for row in valid.rows() {
                    own.push(groups.of(start + row) as u32);
                    picked.push(values[row]);
                }
            });
            match groups.ids {
                None => self.spreads.add_one(&picked),
                Some(_) => self.spreads.add(&own, &picked),
            }
        }
        Ok(())
    }

    fn merges_quickly(&self) -> bool {
        true
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            self.spreads.join(*into as usize, &other.spreads.of(*from as usize));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let value = |group: usize| {
            let settled = self.spreads.of(group);
            let variance = settled.squares() / (settled.count - self.ddof);
            (settled.count > self.ddof).then(|| match self.outcome {
                Outcome::Variance => variance,
                Outcome::Deviation => variance.sqrt(),
                Outcome::Error => variance.sqrt() / settled.count.sqrt(),
            })
        };
        Ok(Arc::new((0..self.spreads.groups()).map(value).collect::<Float64Array>()))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let states: Vec<[f64; 5]> =
            (0..self.spreads.groups()).map(|group| self.spreads.of(group).to_floats()).collect();
        Ok(export_words(&states, &Spill::default()))
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let imported = Imported::new(arrays, 5)?;
        for (row, into) in into.iter().enumerate().take(imported.states()) {
            self.spreads.join(*into as usize, &Settled::from_floats(imported.get(row).0));
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.spreads.size_bytes()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
