//! `approx_n_unique`.

use crate::data::{Column, DType};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, col};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::grouped::{each_list, lists};
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use crate::functions::aggregate::sketch::Sketch;
use crate::functions::aggregate::words::foreign_state;
use crate::kernels::hash;
use arrow::array::{ArrayRef, AsArray, UInt8Array, UInt32Array, UInt64Array};
use arrow::datatypes::{UInt8Type, UInt32Type};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// About how many distinct values there are.
pub static APPROX_N_UNIQUE: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("approx_n_unique"),
    aliases: &["approx_count_distinct"],
    doc: "About how many distinct values there are, in little memory.\n\nHyperLogLog++ with `2^precision` registers of \
          a byte per group: the standard error is `1.04 / sqrt(2^precision)`, 0.81 % at 14; groups with fewer than \
          some thousand values are nearly exact, and small. The same for any number of threads. Nulls are not \
          counted; NaN equals NaN and -0.0 equals 0.0.",
    args: &["expr"],
    params: &[Param {
        name: "precision",
        default: Some(ParamDefault::Int(14)),
        doc: "The number of registers as a power of two, 4 to 18.",
    }],
    signature: |types, params| {
        precision(params)?;
        Ok(Signature::new(types, DType::UInt64))
    },
    ordered: false,
    accepts_codes: true,
    counts: true,
    state: |_, params| Ok(Box::new(Sketches { precision: precision(params)?, sketches: Vec::new() })),
    example: Some(|| Example {
        input: vec![("x", [Some("a"), Some("b"), None, Some("a")].into_iter().collect())],
        expr: col("x").approx_n_unique(),
        output: [2u64].into_iter().collect(),
    }),
};

impl Expr {
    /// About how many distinct values there are: HyperLogLog++ with a standard error of 0.81 %.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", ["a", "b", "a"]).finish()?;
    /// let distinct = frame.lazy().select([col("x").approx_n_unique()]).collect()?;
    /// assert_eq!(distinct.column("x")?.get(0)?, Scalar::UInt(2));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn approx_n_unique(self) -> Expr {
        Expr::aggregate(&APPROX_N_UNIQUE, [self], Params::new())
    }
}

fn precision(params: &Params) -> Result<u32> {
    match params.int("precision")? {
        precision @ 4..=18 => Ok(precision as u32),
        other => Err(Error::invalid(format!("precision must be 4 to 18, it is {other}"))),
    }
}

/// A sketch per group.
struct Sketches {
    precision: u32,
    sketches: Vec<Sketch>,
}

impl GroupState for Sketches {
    fn resize(&mut self, groups: usize) {
        if groups > self.sketches.len() {
            self.sketches.resize(groups, Sketch::default());
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        let nulls = nulls_of(&args[0]);
        let hashes = hash::columns(&[Column::from_held(args[0].clone())], groups.rows, false)?;
        let mut add = |row: usize| self.sketches[groups.of(row)].add(hash::mix(hashes[row]), self.precision);
        match nulls {
            None => (0..groups.rows).for_each(add),
            Some(nulls) => for_each_valid(&nulls, |rows| rows.rows().for_each(&mut add)),
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            self.sketches[*into as usize].merge(&other.sketches[*from as usize], self.precision);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let estimates = self.sketches.iter().map(|sketch| sketch.estimate(self.precision));
        Ok(Arc::new(UInt64Array::from_iter_values(estimates)))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let (mut entries, mut registers) = (Vec::new(), Vec::new());
        let (mut entry_starts, mut register_starts) = (vec![0], vec![0]);
        for sketch in &self.sketches {
            match sketch {
                Sketch::Sparse { entries: own, .. } => entries.extend_from_slice(own),
                Sketch::Dense(own) => registers.extend_from_slice(own),
            }
            entry_starts.push(entries.len());
            register_starts.push(registers.len());
        }
        Ok(vec![
            lists(&entry_starts, Arc::new(UInt32Array::from(entries)))?,
            lists(&register_starts, Arc::new(UInt8Array::from(registers)))?,
        ])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [entries, registers] = arrays else { return Err(foreign_state()) };
        for ((into, entries), (_, registers)) in each_list(entries, into)?.zip(each_list(registers, into)?) {
            let entries = entries.as_primitive_opt::<UInt32Type>().ok_or_else(foreign_state)?;
            let registers = registers.as_primitive_opt::<UInt8Type>().ok_or_else(foreign_state)?;
            let sketch = &mut self.sketches[into as usize];
            sketch.merge_entries(entries.values(), self.precision);
            match registers.len() {
                0 => {}
                count if count == 1 << self.precision => {
                    sketch.merge_registers(registers.values(), self.precision)
                }
                _ => return Err(foreign_state()),
            }
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        let held: usize = self.sketches.iter().map(Sketch::size_bytes).sum();
        held + self.sketches.capacity() * size_of::<Sketch>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
