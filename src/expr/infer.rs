//! Typing of the built-in operators: which types the operands are cast to, and the type of the result.

use crate::data::{DType, Scalar, TimeUnit, promote};
use crate::error::{Error, Result};
use crate::expr::function::Signature;
use crate::kernels::ArithmeticOp;

/// Types for `left op right`.
///
/// # Errors
/// `Type` if the operator does not take these types.
pub fn arithmetic(op: ArithmeticOp, left: &DType, right: &DType) -> Result<Signature> {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    let refuse = || {
        Error::type_mismatch(format!("no {} between {left} and {right}", op.symbol()))
            .hint("cast one side to the other's type")
    };
    if *left == DType::Null && *right == DType::Null {
        return Ok(Signature::new([DType::Null, DType::Null], DType::Null));
    }
    if *left == DType::Null {
        return arithmetic(op, right, right).map_err(|_| refuse());
    }
    if *right == DType::Null {
        return arithmetic(op, left, left).map_err(|_| refuse());
    }
    let same = |common: DType| Signature::new([common.clone(), common.clone()], common);
    match (op, left, right) {
        (Add, DType::String, DType::String) => Ok(same(DType::String)),
        (Subtract, DType::Date, DType::Date) => {
            let wanted = DType::Timestamp(TimeUnit::Second, None);
            Ok(Signature::new([wanted.clone(), wanted], DType::Duration(TimeUnit::Second)))
        }
        (Subtract, DType::Timestamp(..) | DType::Date, DType::Timestamp(..) | DType::Date) => {
            let common = promote(left, right).ok_or_else(refuse)?;
            let DType::Timestamp(unit, _) = common else { return Err(refuse()) };
            Ok(Signature::new([common.clone(), common], DType::Duration(unit)))
        }
        (Add | Subtract, DType::Timestamp(u, zone), DType::Duration(v)) => {
            let unit = *u.max(v);
            let stamp = DType::Timestamp(unit, zone.clone());
            Ok(Signature::new([stamp.clone(), DType::Duration(unit)], stamp))
        }
        (Add, DType::Duration(_), DType::Timestamp(..)) => {
            let swapped = arithmetic(op, right, left)?;
            let [stamp, duration] = [swapped.args[0].clone(), swapped.args[1].clone()];
            Ok(Signature::new([duration, stamp], swapped.output))
        }
        (Add | Subtract, DType::Timestamp(..), DType::Interval) => {
            Ok(Signature::new([left.clone(), DType::Interval], left.clone()))
        }
        (Add | Subtract, DType::Date, DType::Interval) => {
            let stamp = DType::Timestamp(TimeUnit::Microsecond, None);
            Ok(Signature::new([stamp.clone(), DType::Interval], stamp))
        }
        (Add, DType::Interval, DType::Timestamp(..) | DType::Date) => {
            let swapped = arithmetic(op, right, left)?;
            Ok(Signature::new([DType::Interval, swapped.output.clone()], swapped.output))
        }
        (Add | Subtract, DType::Interval, DType::Interval | DType::Duration(_))
        | (Add | Subtract, DType::Duration(_), DType::Interval) => Ok(same(DType::Interval)),
        (Multiply, DType::Interval, number) if number.is_integer() => {
            Ok(Signature::new([DType::Interval, DType::Int64], DType::Interval))
        }
        (Multiply, number, DType::Interval) if number.is_integer() => {
            Ok(Signature::new([DType::Int64, DType::Interval], DType::Interval))
        }
        (Add | Subtract, DType::Date, DType::Duration(unit)) => {
            let stamp = DType::Timestamp(*unit, None);
            Ok(Signature::new([stamp.clone(), right.clone()], stamp))
        }
        (Add | Subtract, DType::Duration(_), DType::Duration(_)) => {
            Ok(same(promote(left, right).ok_or_else(refuse)?))
        }
        (Divide, DType::Duration(_), DType::Duration(_)) => {
            let common = promote(left, right).ok_or_else(refuse)?;
            Ok(Signature::new([common.clone(), common], DType::Float64))
        }
        (Multiply, DType::Duration(_), number) if number.is_integer() => {
            Ok(Signature::new([left.clone(), DType::Int64], left.clone()))
        }
        (Multiply, number, DType::Duration(_)) if number.is_integer() => {
            Ok(Signature::new([DType::Int64, right.clone()], right.clone()))
        }
        (Multiply, DType::Duration(_), number) if number.is_float() => {
            Ok(Signature::new([left.clone(), DType::Float64], left.clone()))
        }
        (Multiply, number, DType::Duration(_)) if number.is_float() => {
            Ok(Signature::new([DType::Float64, right.clone()], right.clone()))
        }
        (Divide, DType::Duration(_), number) if number.is_float() || number.is_integer() => {
            Ok(Signature::new([left.clone(), DType::Float64], left.clone()))
        }
        _ => numbers(op, left, right).ok_or_else(refuse),
    }
}

fn numbers(op: ArithmeticOp, left: &DType, right: &DType) -> Option<Signature> {
    let number = |dtype: &DType| match dtype {
        DType::Bool => Some(DType::Int64),
        dtype if dtype.is_numeric() => Some(dtype.clone()),
        _ => None,
    };
    let (left, right) = (number(left)?, number(right)?);
    if let (DType::Decimal(..), _) | (_, DType::Decimal(..)) = (&left, &right)
        && !left.is_float()
        && !right.is_float()
    {
        return decimals(op, &left, &right);
    }
    let common = promote(&left, &right)?;
    let common = match op {
        ArithmeticOp::Divide if !common.is_float() => DType::Float64,
        _ => common,
    };
    Some(Signature::new([common.clone(), common.clone()], common))
}

/// SQL's rules for the scale, capped at 38 digits; division to scale `max(6, s1)`.
fn decimals(op: ArithmeticOp, left: &DType, right: &DType) -> Option<Signature> {
    let digits = |dtype: &DType| match dtype {
        DType::Decimal(precision, scale) => Some((*precision, *scale)),
        other => match promote(other, &DType::Decimal(1, 0))? {
            DType::Decimal(precision, scale) => Some((precision, scale)),
            _ => None,
        },
    };
    let ((p1, s1), (p2, s2)) = (digits(left)?, digits(right)?);
    let args = [DType::Decimal(p1, s1), DType::Decimal(p2, s2)];
    let whole = (i16::from(p1) - i16::from(s1)).max(i16::from(p2) - i16::from(s2));
    let capped = |precision: i16, scale: i8| DType::Decimal(precision.clamp(1, 38) as u8, scale.min(38));
    let output = match op {
        ArithmeticOp::Add | ArithmeticOp::Subtract => {
            let scale = s1.max(s2);
            capped(whole + i16::from(scale) + 1, scale)
        }
        ArithmeticOp::Multiply => capped(i16::from(p1) + i16::from(p2), s1.saturating_add(s2)),
        ArithmeticOp::Divide => capped(38, s1.max(6)),
        // The least divisor is one in its last digit; rounding down can add a digit.
        ArithmeticOp::FloorDivide => {
            let (scale, whole) = (s1.max(s2).max(0), i16::from(p1) - i16::from(s1) + i16::from(s2) + 1);
            capped(whole.max(1) + i16::from(scale), scale)
        }
        ArithmeticOp::Modulo => {
            let scale = s1.max(s2);
            capped(whole + i16::from(scale), scale)
        }
    };
    Some(Signature::new(args, output))
}

/// The type both sides of a comparison are cast to; `None`: they compare as they are (any two numbers do, exactly).
///
/// # Errors
/// `Type` if the types do not compare.
pub fn comparison(left: &DType, right: &DType) -> Result<Option<DType>> {
    if left == right || (left.is_numeric() && right.is_numeric()) {
        return Ok(None);
    }
    promote(left, right).map(Some).ok_or_else(|| {
        Error::type_mismatch(format!("no comparison between {left} and {right}"))
            .hint("cast one side to the other's type")
    })
}

/// Whether a number type holds this integer exactly.
fn takes_whole(whole: i128, value: &Scalar, other: &DType) -> bool {
    match other {
        DType::Float32 => (whole as f32) as i128 == whole,
        DType::Float64 => (whole as f64) as i128 == whole,
        DType::Decimal(precision, scale) => {
            let digits = u32::from(*precision).saturating_sub(u32::try_from(*scale).unwrap_or(0));
            *scale >= 0 && whole.unsigned_abs() < 10u128.pow(digits.min(38))
        }
        _ => other.is_numeric() && value.fits(other),
    }
}

/// The type a constant takes next to a column of type `other`: the column's, if the constant fits it.
pub fn literal(value: &Scalar, other: &DType) -> DType {
    let own = value.dtype();
    let takes = match value {
        Scalar::Int(whole) => takes_whole(i128::from(*whole), value, other),
        Scalar::UInt(whole) => takes_whole(i128::from(*whole), value, other),
        Scalar::Float(_) => other.is_float(),
        Scalar::String(text) => match other.categories() {
            Some(categories) => categories.code(text).is_some(),
            None => other.is_temporal(),
        },
        Scalar::Timestamp(..) | Scalar::Date(_) | Scalar::Duration(..) => {
            promote(&own, other).is_some_and(|common| common == *other)
        }
        Scalar::List(items) => match other {
            DType::Array(item, width) => {
                let fits = |value: &Scalar| value.is_null() || literal(value, item) == **item;
                items.len() == *width as usize && items.iter().all(fits)
            }
            _ => false,
        },
        _ => false,
    };
    if takes { other.clone() } else { own }
}
