//! The order in which an as-of join looks for the nearest row.

use crate::data::{DType, Scalar, Schema, promote};
use crate::error::{Error, Result};
use crate::expr::{Expr, bind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where the nearest right row is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Direction {
    /// The last right row that is not after the left one.
    #[default]
    Backward,
    /// The first right row that is not before the left one.
    Forward,
    /// The nearer of both; backward if they are as near.
    Nearest,
}

/// The order in which an as-of join looks for the nearest row.
#[derive(Debug, Clone, PartialEq)]
pub struct AsOf {
    /// Over the left input.
    pub left: Expr,
    /// Over the right input.
    pub right: Expr,
    /// Where to look.
    pub direction: Direction,
    /// How far away the nearest row may be: a number, or a duration for times.
    pub tolerance: Option<Scalar>,
    /// Whether an equal row counts.
    pub allow_exact: bool,
}

impl AsOf {
    /// Looks backward, at any distance, equal rows included.
    pub fn new(left: Expr, right: Expr) -> Self {
        AsOf { left, right, direction: Direction::Backward, tolerance: None, allow_exact: true }
    }

    /// The same with both sides in their common type.
    ///
    /// # Errors
    /// `Type` if there is none with distances; `InvalidArgument` for a tolerance that does not fit.
    pub fn checked(self, left: &Schema, right: &Schema) -> Result<Self> {
        let (a, b) = (bind(&self.left, left)?.dtype, bind(&self.right, right)?.dtype);
        let common = promote(&a, &b).ok_or_else(|| {
            Error::type_mismatch(format!("{} and {} are {a} and {b}", self.left, self.right))
                .hint("cast one of them")
        })?;
        let measured = common.is_integer() || common.is_float() || common.is_temporal();
        if !measured {
            return Err(Error::type_mismatch(format!("{} is {common}: not a number or a time", self.left)));
        }
        self.distance(&common)?;
        let cast = |expr: &Expr, dtype: DType| match dtype == common {
            true => expr.clone(),
            false => expr.clone().cast(common.clone()),
        };
        Ok(AsOf { left: cast(&self.left, a), right: cast(&self.right, b), ..self })
    }

    /// The tolerance as a distance of values of a type: in whole units, or for floats the bits of the distance.
    ///
    /// # Errors
    /// `InvalidArgument` if it is negative or of another kind.
    pub fn distance(&self, dtype: &DType) -> Result<Option<u64>> {
        let Some(tolerance) = &self.tolerance else { return Ok(None) };
        let refused = || {
            let text = format!("a tolerance of {tolerance} for {dtype}");
            Error::invalid(text).hint("give a number that is not negative, or a duration for times")
        };
        let units = |length: i64, units: i128, each: i64| i128::from(length) * units / i128::from(each);
        let whole = match (tolerance, dtype) {
            (Scalar::Duration(length, unit), _) => match dtype {
                DType::Timestamp(own, _) | DType::Duration(own) => {
                    units(*length, own.per_second().into(), unit.per_second())
                }
                DType::Time => units(*length, 1_000_000_000, unit.per_second()),
                DType::Date => units(*length, 1, unit.per_second()) / 86_400,
                _ => return Err(refused()),
            },
            (Scalar::Int(value), dtype) if !dtype.is_float() => (*value).into(),
            (Scalar::UInt(value), dtype) if !dtype.is_float() => (*value).into(),
            (value, dtype) => {
                let value = value.as_f64().filter(|value| *value >= 0.0).ok_or_else(refused)?;
                if dtype.is_float() {
                    return Ok(Some((value + 0.0).to_bits()));
                }
                value.floor() as i128
            }
        };
        // No two values are farther from each other than the greatest distance.
        let negative = whole < 0 || matches!(tolerance, Scalar::Duration(length, _) if *length < 0);
        if negative { Err(refused()) } else { Ok(Some(u64::try_from(whole).unwrap_or(u64::MAX))) }
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = format!("{:?}", self.direction).to_lowercase();
        write!(f, "as of {} = {} {direction}", self.left, self.right)?;
        if let Some(tolerance) = &self.tolerance {
            write!(f, " within {tolerance}")?;
        }
        if !self.allow_exact {
            write!(f, " without equals")?;
        }
        Ok(())
    }
}
