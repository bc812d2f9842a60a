//! The builder of each type.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::io::csv::chunk::Builder;
use crate::io::csv::nulls::NullSet;
use crate::io::csv::numbers::{Dates, Numbers, Plain, Slow, Timestamps, Worded};
use crate::io::csv::text::{Bools, Text};
use crate::io::csv::values;
use crate::io::csv::words::Words;
use crate::io::dictionary::Dictionary;
use crate::kernels::date_form::Form;
use arrow::array::ArrowPrimitiveType;
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type};
use std::sync::Arc;

/// A builder for a type; `dictionary` starts the codes of a text column, `form` says how dates are written.
///
/// # Errors
/// `Unsupported` for types that CSV does not hold; `InvalidArgument` for a form of what is no date.
pub fn builder(
    dtype: &DType,
    nulls: &NullSet,
    words: &Arc<Words>,
    dictionary: Option<&Arc<Dictionary>>,
    form: Option<&Arc<Form>>,
) -> Result<Box<dyn Builder>> {
    if let Some(form) = form {
        return formed(dtype, nulls, form.clone());
    }
    Ok(match dtype {
        DType::String => Box::new(Text::new(nulls, dictionary)),
        DType::Bool => Box::new(Bools::new(nulls, words)),
        DType::Date => Box::new(Numbers::<Int32Type, _>::new(dtype, nulls, Dates::default())),
        DType::Time => Box::new(Numbers::<Int64Type, _>::new(dtype, nulls, Slow(values::time))),
        DType::Timestamp(unit, zone) => {
            Box::new(Numbers::<Int64Type, _>::new(dtype, nulls, Timestamps::new(*unit, zone.is_some())))
        }
        DType::Decimal(precision, scale) if *scale >= 0 => {
            let (precision, scale) = (*precision, *scale);
            let words = words.clone();
            let parse = move |text: &[u8]| words.number(text, |text| values::decimal(text, precision, scale));
            Box::new(Numbers::<Decimal128Type, _>::new(dtype, nulls, Slow(parse)))
        }
        number if !words.plain_numbers() => dispatch::with_number!(number.to_arrow(), T => {
            let read = Worded::<<T as ArrowPrimitiveType>::Native>::new(words.clone());
            Box::new(Numbers::<T, _>::new(dtype, nulls, read))
        }, _ => return Err(unheld(dtype))),
        number => dispatch::with_number!(number.to_arrow(), T => {
            Box::new(Numbers::<T, _>::new(dtype, nulls, Plain::<<T as ArrowPrimitiveType>::Native>::new(words.clone())))
        }, _ => return Err(unheld(dtype))),
    })
}

/// A builder for dates of this form.
fn formed(dtype: &DType, nulls: &NullSet, form: Arc<Form>) -> Result<Box<dyn Builder>> {
    Ok(match dtype {
        DType::Date => {
            let parse = move |text: &[u8]| form.date(std::str::from_utf8(text).ok()?);
            Box::new(Numbers::<Int32Type, _>::new(dtype, nulls, Slow(parse)))
        }
        DType::Timestamp(unit, zone) => {
            let (unit, zoned) = (*unit, zone.is_some());
            let parse = move |text: &[u8]| {
                let wall = form.wall_time(std::str::from_utf8(text).ok()?)?;
                if wall.offset.is_some() != zoned {
                    return None;
                }
                wall.count(wall.seconds - i64::from(wall.offset.unwrap_or(0)), unit, false)
            };
            Box::new(Numbers::<Int64Type, _>::new(dtype, nulls, Slow(parse)))
        }
        other => {
            return Err(Error::invalid(format!("a form of dates for a {other} column"))
                .hint("leave out its type, or make it date or timestamp"));
        }
    })
}

fn unheld(dtype: &DType) -> Error {
    Error::unsupported(format!("no {dtype} column from CSV")).hint("read it as string and convert it")
}
