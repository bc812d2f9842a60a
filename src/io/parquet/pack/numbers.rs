//! Numbers of 32 and 64 bits: those of a small range by a dictionary, found without hashing; those that hardly repeat as they are.

use crate::data::{Column, dispatch};
use crate::io::parquet::pack::values::Values;
use arrow::array::{Array, ArrowPrimitiveType};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int32Type, Int64Type, TimeUnit};
use parquet::basic::Type;
use parquet::file::statistics::Statistics;
use std::collections::HashSet;
use std::ops::Range;

/// Ranges of so many values have a table of codes.
const MOST_CODES: u64 = 1 << 16;

/// Values looked at to guess whether values repeat.
const SAMPLE: usize = 1024;

const UNSEEN: u32 = u32::MAX;

/// A number that the format knows.
trait Number: Copy + PartialOrd {
    /// Whole numbers: their distance from another one that is not greater.
    fn distance(self, from: Self) -> Option<u64>;

    /// Its bits.
    fn bits(self) -> u64;

    /// Appends it as the format writes it.
    fn write(self, out: &mut Vec<u8>);

    /// As a lower and as an upper bound: a zero has two signs.
    fn low(self) -> Self {
        self
    }

    fn high(self) -> Self {
        self
    }

    fn statistics(low: Option<Self>, high: Option<Self>, nulls: u64) -> Statistics;
}

macro_rules! numbers {
    ($($number:ident $statistics:ident [$($item:item)*])*) => {
        $(impl Number for $number {
            fn write(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn statistics(low: Option<Self>, high: Option<Self>, nulls: u64) -> Statistics {
                Statistics::$statistics(low, high, None, Some(nulls), false)
            }

            $($item)*
        })*
    };
}

macro_rules! whole {
    ($number:ident $statistics:ident) => {
        numbers! {
            $number $statistics [
                fn distance(self, from: Self) -> Option<u64> {
                    Some((i64::from(self) as u64).wrapping_sub(i64::from(from) as u64))
                }

                fn bits(self) -> u64 {
                    i64::from(self) as u64
                }
            ]
        }
    };
}

macro_rules! real {
    ($number:ident $statistics:ident) => {
        numbers! {
            $number $statistics [
                fn distance(self, _from: Self) -> Option<u64> {
                    None
                }

                fn bits(self) -> u64 {
                    u64::from(self.to_bits())
                }

                fn low(self) -> Self {
                    if self == 0.0 { -0.0 } else { self }
                }

                fn high(self) -> Self {
                    if self == 0.0 { 0.0 } else { self }
                }
            ]
        }
    };
}

whole!(i32 int32);
whole!(i64 int64);
real!(f32 float);
real!(f64 double);

struct Numbers<T> {
    values: Vec<T>,
    low: Option<T>,
    high: Option<T>,
    coded: Option<(Vec<u32>, usize, Vec<u8>)>,
}

/// The numbers of a column whose type in the file is as wide; `None` for others, and where it does not pay.
pub fn values(columns: &[&Column], physical: Type) -> Option<Box<dyn Values>> {
    let held = columns.first()?.array().data_type();
    let same = match (physical, held) {
        (Type::INT32, DataType::Int32 | DataType::Date32) => true,
        (Type::INT64, DataType::Int64 | DataType::Duration(_)) => true,
        (Type::INT64, DataType::Timestamp(unit, _)) => *unit != TimeUnit::Second,
        (Type::FLOAT, DataType::Float32) | (Type::DOUBLE, DataType::Float64) => true,
        _ => false,
    };
    if !same || columns.iter().any(|column| column.array().data_type() != held) {
        return None;
    }
    match physical {
        Type::INT32 => of::<Int32Type>(columns),
        Type::INT64 => of::<Int64Type>(columns),
        Type::FLOAT => of::<Float32Type>(columns),
        _ => of::<Float64Type>(columns),
    }
}

fn of<T: ArrowPrimitiveType<Native: Number> + 'static>(columns: &[&Column]) -> Option<Box<dyn Values>> {
    let mut values = Vec::with_capacity(columns.iter().map(|column| column.len()).sum());
    for column in columns {
        let held = dispatch::physical(column.array());
        let array = dispatch::primitive::<T>(&held);
        match array.nulls().filter(|nulls| nulls.null_count() > 0) {
            None => values.extend_from_slice(array.values()),
            Some(nulls) => values.extend(nulls.valid_indices().map(|row| array.value(row))),
        }
    }
    made(values)
}

fn bounds<T: Number>(values: &[T]) -> Option<(T, T)> {
    let first = *values.first()?;
    let found = values.iter().fold((first, first), |(low, high), value| {
        (if *value < low { *value } else { low }, if *value > high { *value } else { high })
    });
    Some((found.0.low(), found.1.high()))
}

fn made<T: Number + 'static>(values: Vec<T>) -> Option<Box<dyn Values>> {
    // NaN is the only value that is not equal to itself; the crate knows what bounds it has.
    #[allow(clippy::eq_op)]
    if values.iter().any(|value| value != value) {
        return None;
    }
    let (low, high) = bounds(&values).unzip();
    let range = low
        .zip(high)
        .and_then(|(low, high)| high.distance(low))
        .filter(|range| *range < MOST_CODES && *range < values.len() as u64 / 2);
    let coded = match (range, low) {
        (Some(range), Some(low)) => {
            let mut map = vec![UNSEEN; range as usize + 1];
            let (mut page, mut distinct) = (Vec::new(), 0);
            let codes = values.iter().map(|value| {
                let code = &mut map[value.distance(low).unwrap_or(0) as usize];
                if *code == UNSEEN {
                    *code = distinct as u32;
                    distinct += 1;
                    value.write(&mut page);
                }
                *code
            });
            let codes: Vec<u32> = codes.collect();
            Some((codes, distinct, page))
        }
        _ => {
            let step = (values.len() / SAMPLE).max(1);
            let sample = values.iter().step_by(step);
            let (mut seen, mut count) = (HashSet::with_capacity(SAMPLE * 2), 0);
            sample.for_each(|value| {
                count += 1;
                seen.insert(value.bits());
            });
            if seen.len() * 10 < count * 9 {
                return None;
            }
            None
        }
    };
    Some(Box::new(Numbers { values, low, high, coded }))
}

impl<T: Number> Values for Numbers<T> {
    fn count(&self) -> usize {
        self.values.len()
    }

    fn coded(&self) -> Option<(&[u32], usize, &[u8])> {
        self.coded.as_ref().map(|(codes, distinct, page)| (codes.as_slice(), *distinct, page.as_slice()))
    }

    fn plain(&self, range: Range<usize>, out: &mut Vec<u8>) {
        out.reserve(range.len() * size_of::<T>());
        self.values[range].iter().for_each(|value| value.write(out));
    }

    fn bounds(&self, range: Range<usize>) -> Option<(Vec<u8>, Vec<u8>)> {
        let (low, high) = bounds(&self.values[range])?;
        let bytes = |value: T| {
            let mut bytes = Vec::with_capacity(8);
            value.write(&mut bytes);
            bytes
        };
        Some((bytes(low), bytes(high)))
    }

    fn statistics(&self, nulls: u64) -> Statistics {
        T::statistics(self.low, self.high, nulls)
    }
}
