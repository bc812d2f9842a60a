//! Rows of several batches, by their places, in new batches of the usual size.

use crate::data::{Batch, Column};
use crate::error::{AllOk, Result};
use crate::exec::context::Context;
use crate::kernels::gather::{Pieces, numbering};
use crate::kernels::places::{Gatherer, Place};
use rayon::slice::ParallelSliceMut;
use std::ops::Range;

/// Rows that are gathered at a time, or more.
const LEAST_ROWS: usize = 8192;

/// Rows from which on it may pay to gather them in the order in which they lie first.
const MANY_ROWS: usize = 1 << 15;

/// Rows that such rows are gathered from, at least: those of fewer are in a near cache.
const FAR_ROWS: usize = 1 << 18;

/// Columns for which it pays to sort the places. How rows are held must not depend on the number of threads.
const MANY_COLUMNS: usize = 8;

/// Rows of several batches, given as (batch, row), in new batches of the usual size.
///
/// # Errors
/// `Type` if Arrow cannot hold the rows.
pub fn gather(batches: &[Batch], rows: &[Place], context: &Context) -> Result<Vec<Batch>> {
    let Some(first) = batches.first() else { return Ok(Vec::new()) };
    let sizes = batches.iter().map(Batch::rows);
    if rows.len() >= MANY_ROWS
        && first.columns().len() >= MANY_COLUMNS
        && sizes.clone().sum::<usize>() >= FAR_ROWS
        && is_mixed(rows)
        && let Some(shift) = numbering(sizes)
    {
        return by_near_places(batches, rows, shift, context);
    }
    gather_places(batches, rows.len(), &|range| rows[range].to_vec(), context)
}

/// Whether places follow each other in no order.
fn is_mixed(rows: &[Place]) -> bool {
    let steps = rows.windows(2).step_by(rows.len() / 1024 + 1);
    let (count, back) =
        steps.fold((0, 0), |(count, back), two| (count + 1, back + usize::from(two[1] < two[0])));
    4 * back > count
}

/// Gathers rows in the order in which they lie, and puts these, which are near each other now, into theirs: each cache line
/// and page of the batches is then read once. Columns are tasks, so that what is gathered first takes the same memory again.
fn by_near_places(batches: &[Batch], rows: &[Place], shift: u32, context: &Context) -> Result<Vec<Batch>> {
    let numbers =
        rows.iter().enumerate().map(|(at, (batch, row))| u64::from(batch << shift | row) << 32 | at as u64);
    let mut numbers: Vec<u64> = numbers.collect();
    context.install(|| numbers.par_sort_unstable())?;
    let mut own = vec![0u32; rows.len()];
    let mut near = Vec::with_capacity(rows.len());
    for (place, number) in numbers.into_iter().enumerate() {
        let at = number as u32 as usize;
        own[at] = place as u32;
        near.push(rows[at]);
    }
    let (size, cut) = sizes(context);
    let width = batches[0].columns().len();
    let columns = context.parallel(width, |position| {
        let chunks: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        let near = Gatherer::new(&chunks)?.take(&near, false)?;
        let near = Pieces::of(&near);
        own.chunks(size).map(|rows| near.gather(rows, None)).all_ok()
    })?;
    let gathered = own.chunks(size).enumerate().map(|(chunk, rows)| {
        Batch::new(columns.iter().map(|pieces| pieces[chunk].clone()).collect(), rows.len())
    });
    Ok(cut(gathered.all_ok()?))
}

/// Rows of several batches, whose places a function tells for a range of them, in new batches of the usual size.
///
/// # Errors
/// `Type` if Arrow cannot hold the rows.
pub fn gather_places(
    batches: &[Batch],
    rows: usize,
    places: &(dyn Fn(Range<usize>) -> Vec<Place> + Sync),
    context: &Context,
) -> Result<Vec<Batch>> {
    let Some(first) = batches.first() else { return Ok(Vec::new()) };
    let width = first.columns().len();
    let gatherers = context.parallel(width, |position| {
        let chunks: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        Gatherer::new(&chunks)
    })?;
    in_batches(rows, width, context, places, &|column, places: &Vec<Place>| {
        gatherers[column].take(places, false)
    })
}

/// Makes batches of the usual size of so many rows: `places` tells where those of a range are, and `column` gathers one
/// column of them.
fn in_batches<P: Send + Sync>(
    rows: usize,
    width: usize,
    context: &Context,
    places: &(dyn Fn(Range<usize>) -> Vec<P> + Sync),
    column: &(dyn Fn(usize, &Vec<P>) -> Result<Column> + Sync),
) -> Result<Vec<Batch>> {
    let (size, cut) = sizes(context);
    let chunks = rows.div_ceil(size);
    let range = |chunk: usize| chunk * size..rows.min((chunk + 1) * size);
    if chunks >= 2 * context.config().threads {
        let gathered = context.parallel(chunks, |chunk| {
            let places = places(range(chunk));
            Batch::new((0..width).map(|at| column(at, &places)).all_ok()?, places.len())
        });
        return Ok(cut(gathered?));
    }
    // Few batches: their columns are tasks of their own.
    let places = context.parallel(chunks, |chunk| Ok(places(range(chunk))))?;
    let columns = context.parallel(chunks * width, |task| column(task % width, &places[task / width]))?;
    let mut columns = columns.into_iter();
    let gathered =
        places.iter().map(|places| Batch::new(columns.by_ref().take(width).collect(), places.len()));
    Ok(cut(gathered.all_ok()?))
}

/// A batch as batches of so many rows.
fn small(batch: &Batch, rows: usize) -> impl Iterator<Item = Batch> {
    (0..batch.rows()).step_by(rows).map(move |start| batch.slice(start, rows.min(batch.rows() - start)))
}

/// Rows gathered at a time, and how batches of them become batches of the usual size.
pub fn sizes(context: &Context) -> (usize, impl Fn(Vec<Batch>) -> Vec<Batch>) {
    let wanted = context.config().partition_rows;
    // Small batches are cut out of larger ones: each gathering looks at all batches there are.
    let size = wanted * LEAST_ROWS.div_ceil(wanted);
    let cut = move |gathered: Vec<Batch>| match size == wanted {
        true => gathered,
        false => gathered.iter().flat_map(|batch| small(batch, wanted)).collect(),
    };
    (size, cut)
}
