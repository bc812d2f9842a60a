//! Sums of intervals: months, days and nanoseconds apart.

use crate::error::{Error, ErrorKind, Result};
use crate::expr::{GroupState, Groups};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, IntervalMonthDayNanoArray};
use arrow::datatypes::{Decimal128Type, IntervalMonthDayNano, IntervalMonthDayNanoType};
use std::any::Any;
use std::sync::Arc;

/// The totals of each group, wide enough for any number of rows.
#[derive(Default)]
pub struct IntervalSums {
    totals: Vec<[i128; 3]>,
}

impl IntervalSums {
    /// No group yet.
    pub fn boxed() -> Box<dyn GroupState> {
        Box::new(IntervalSums::default())
    }

    fn add(&mut self, group: usize, parts: [i128; 3]) {
        for (total, part) in self.totals[group].iter_mut().zip(parts) {
            *total += part;
        }
    }
}

impl GroupState for IntervalSums {
    fn resize(&mut self, groups: usize) {
        if groups > self.totals.len() {
            self.totals.resize(groups, [0; 3]);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let values = args[0].as_primitive_opt::<IntervalMonthDayNanoType>().ok_or_else(foreign_state)?;
        for row in (0..groups.rows).filter(|row| values.is_valid(*row)) {
            let value = values.value(row);
            self.add(groups.of(row), [value.months.into(), value.days.into(), value.nanoseconds.into()]);
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            self.add(*into as usize, other.totals[*from as usize]);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let mut sums = Vec::with_capacity(self.totals.len());
        for (group, [months, days, nanoseconds]) in self.totals.iter().enumerate() {
            let overflow = |_| {
                let message = "the sum does not fit an interval: each part has its own range";
                Error::new(ErrorKind::Arithmetic, message).row(group as u64)
            };
            sums.push(IntervalMonthDayNano::new(
                i32::try_from(*months).map_err(overflow)?,
                i32::try_from(*days).map_err(overflow)?,
                i64::try_from(*nanoseconds).map_err(overflow)?,
            ));
        }
        Ok(Arc::new(IntervalMonthDayNanoArray::from(sums)))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let part = |part: usize| -> ArrayRef {
            Arc::new(Decimal128Array::from_iter_values(self.totals.iter().map(|totals| totals[part])))
        };
        Ok(vec![part(0), part(1), part(2)])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [months, days, nanoseconds] = arrays else { return Err(foreign_state()) };
        let part = |array: &ArrayRef| {
            let array = array.as_primitive_opt::<Decimal128Type>().ok_or_else(foreign_state)?;
            Ok::<_, Error>(array.clone())
        };
        let parts = [part(months)?, part(days)?, part(nanoseconds)?];
        for (row, into) in into.iter().enumerate() {
            self.add(*into as usize, [0, 1, 2].map(|at| parts[at].value(row)));
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.totals.capacity() * size_of::<[i128; 3]>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
