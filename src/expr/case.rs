//! Evaluation of when/then/otherwise.
//!
//! The first way evaluates every branch on all rows and selects. If a branch fails, it may be on rows that are not its
//! own: then each branch sees only the rows that reach it.

use crate::data::concat::concat_columns;
use crate::data::{Batch, Column};
use crate::error::{AllOk, Result};
use crate::expr::bind::{Bound, Kind};
use crate::expr::scalar_function::Evaluate;
use crate::kernels::Value;
use crate::kernels::gather::{NO_ROW, Pieces, present};
use crate::kernels::select::select_first;
use arrow::array::{Array, BooleanArray, NullArray, new_null_array};
use arrow::buffer::BooleanBuffer;
use std::sync::Arc;

/// Rows at a time where each branch has its own: their numbers, and those of the branches, share 32 bits.
const ROWS: usize = 1 << 16;

/// The rows' values by the first branch whose condition is true.
///
/// # Errors
/// What a branch raises on a row that reaches it.
pub fn case(whole: &Bound, branches: &[(Bound, Bound)], otherwise: &Bound, batch: &Batch) -> Result<Value> {
    let mut parts = branches.iter().flat_map(|(condition, value)| [condition, value]);
    // A function of the user's sees no row but its own, lest it do something there.
    if !parts.any(calls_closure)
        && !calls_closure(otherwise)
        && let Ok(value) = on_all_rows(whole, branches, otherwise, batch)
    {
        return Ok(value);
    }
    let pieces = (0..batch.rows().max(1)).step_by(ROWS).map(|start| {
        let rows = ROWS.min(batch.rows() - start);
        on_own_rows(whole, branches, otherwise, &batch.slice(start, rows))
    });
    let pieces: Vec<Column> = pieces.all_ok()?;
    let joined = match pieces.as_slice() {
        [only] => only.clone(),
        many => concat_columns(&many.iter().collect::<Vec<_>>())?,
    };
    Ok(Value::rows(joined.array().clone()))
}

fn on_all_rows(
    whole: &Bound,
    branches: &[(Bound, Bound)],
    otherwise: &Bound,
    batch: &Batch,
) -> Result<Value> {
    let mut masks = Vec::with_capacity(branches.len());
    let mut open = BooleanBuffer::new_set(batch.rows());
    for (condition, value) in branches {
        let mask = clean(&condition.mask(batch)?);
        open = &open & &!&mask;
        masks.push((mask, value));
        if open.count_set_bits() == 0 {
            break;
        }
    }
    let otherwise = match open.count_set_bits() {
        0 => Value::scalar(new_null_array(&whole.dtype.to_arrow(), 1)),
        _ => otherwise.evaluate(batch)?.decoded()?,
    };
    masks.retain(|(mask, _)| mask.count_set_bits() > 0);
    let chosen = masks.into_iter().map(|(mask, value)| Ok((mask, value.evaluate(batch)?.decoded()?)));
    let chosen: Vec<(BooleanBuffer, Value)> = chosen.all_ok()?;
    if chosen.is_empty() {
        return Ok(Value::rows(otherwise.to_rows(batch.rows())?));
    }
    Ok(Value::rows(select_first(&chosen, &otherwise)?))
}

fn on_own_rows(
    whole: &Bound,
    branches: &[(Bound, Bound)],
    otherwise: &Bound,
    batch: &Batch,
) -> Result<Column> {
    let mut open: Vec<u32> = (0..batch.rows() as u32).collect();
    let (mut numbers, mut found) = (vec![NO_ROW; batch.rows()], Vec::<Column>::new());
    let shift = ROWS.trailing_zeros();
    let mut take = |value: &Bound, hits: &[u32]| -> Result<()> {
        if hits.is_empty() {
            return Ok(());
        }
        let value = value.evaluate(&own_rows(batch, hits, value)?)?.decoded()?;
        let piece = (found.len() as u32) << shift;
        for (place, row) in hits.iter().enumerate() {
            numbers[*row as usize] = piece | if value.is_scalar() { 0 } else { place as u32 };
        }
        found.push(Column::from_held(value.array().clone()));
        Ok(())
    };
    for (condition, value) in branches {
        if open.is_empty() {
            break;
        }
        let mask = clean(&condition.mask(&own_rows(batch, &open, condition)?)?);
        let (mut hits, mut left) = (Vec::new(), Vec::new());
        for (row, hit) in open.iter().zip(&mask) {
            if hit { hits.push(*row) } else { left.push(*row) }
        }
        take(value, &hits)?;
        open = left;
    }
    take(otherwise, &open)?;
    if found.is_empty() {
        return Ok(Column::empty(&whole.dtype));
    }
    Pieces::new(&found.iter().collect::<Vec<_>>(), shift).gather(&numbers, present(&numbers).as_ref())
}

/// Some rows of a batch, in this order; columns that the expressions do not read hold nothing.
///
/// # Errors
/// `Type` if Arrow cannot take the rows of a nested column.
pub fn read_rows(batch: &Batch, rows: &[u32], exprs: &[&Bound]) -> Result<Batch> {
    let read = columns_read(batch, exprs);
    let nothing = Column::from_held(Arc::new(NullArray::new(rows.len())));
    let columns = batch.columns().iter().zip(&read).map(|(column, read)| match read {
        true => Pieces::of(column).gather(rows, None),
        false => Ok(nothing.clone()),
    });
    Batch::new(columns.all_ok()?, rows.len())
}

/// Which columns of a batch the expressions read.
pub fn columns_read(batch: &Batch, exprs: &[&Bound]) -> Vec<bool> {
    let mut read = vec![false; batch.columns().len()];
    exprs.iter().for_each(|expr| mark_columns(expr, &mut read));
    read
}

fn own_rows(batch: &Batch, rows: &[u32], expr: &Bound) -> Result<Batch> {
    if rows.len() == batch.rows() { Ok(batch.clone()) } else { read_rows(batch, rows, &[expr]) }
}

/// Null as false.
fn clean(mask: &BooleanArray) -> BooleanBuffer {
    match mask.nulls() {
        Some(nulls) => mask.values() & nulls.inner(),
        None => mask.values().clone(),
    }
}

fn children(bound: &Bound) -> Vec<&Bound> {
    match &bound.kind {
        Kind::Column(_) | Kind::Literal(_) => Vec::new(),
        Kind::Cast(inner, _) | Kind::Category(inner, ..) | Kind::Unary(_, inner) => vec![inner],
        Kind::Arithmetic(_, left, right)
        | Kind::Compare(_, left, right)
        | Kind::And(left, right)
        | Kind::Or(left, right) => vec![left, right],
        Kind::Case(branches, otherwise) => {
            let branches = branches.iter().flat_map(|(condition, value)| [condition, value]);
            branches.chain([otherwise.as_ref()]).collect()
        }
        Kind::Call(_, args, _) => args.iter().collect(),
    }
}

fn mark_columns(bound: &Bound, read: &mut [bool]) {
    if let Kind::Column(position) = bound.kind {
        read[position] = true;
    }
    children(bound).into_iter().for_each(|child| mark_columns(child, read));
}

fn calls_closure(bound: &Bound) -> bool {
    let own = match &bound.kind {
        Kind::Call(function, ..) => {
            function.get().map_or(true, |function| matches!(function.evaluate, Evaluate::Closure(..)))
        }
        _ => false,
    };
    own || children(bound).into_iter().any(calls_closure)
}
