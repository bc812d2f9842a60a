//! One function of a window over its sequence, and its results back in the order of the rows.

use crate::data::{Batch, Column, DType, strings};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::exec::context::Context;
use crate::exec::window::frames::Frames;
use crate::exec::window::sequence::Sequence;
use crate::exec::window::tree::{framed, update};
use crate::expr::{
    BoundAggregate, BoundWindow, Carry, Needs, PartitionClosure, WindowArg, WindowCode, WindowFunction,
    WindowKind, WindowRows, WindowScan,
};
use crate::kernels::gather::NO_ROW;
use crate::kernels::places::{Gatherer, Locator, Place};
use arrow::array::{Array, ArrayRef, UInt32Array, new_null_array};
use arrow::compute::{concat, take};
use std::ops::Range;

/// The values of a window function: a column per range of rows. `args` are its arguments and, last, its filter, batch
/// after batch; `key`: what its frame goes by, if it goes by that.
///
/// # Errors
/// As the function documents.
pub fn evaluate(
    window: &BoundWindow,
    args: &[Vec<&Column>],
    key: Option<&[&Column]>,
    sequence: &Sequence,
    ranges: &[Range<usize>],
    context: &Context,
) -> Result<Vec<Column>> {
    let named = |error: Error| {
        let error = match error.row_number() {
            Some(position) => error.without_row().row(sequence.row(position as usize) as u64),
            None => error,
        };
        let error = error.operation(window.text.as_ref());
        match window.args.first() {
            Some(arg) => error.column(arg.text.as_ref()),
            None => error,
        }
    };
    let key = match (key, window.order.first()) {
        (Some(chunks), Some((order, _))) => {
            Some(sequence.arg(chunks, &order.dtype, Needs::Values, context)?)
        }
        _ => None,
    };
    match &window.function {
        WindowKind::Function(function) => {
            call(function.get()?, window, args, key.as_ref(), sequence, ranges, context).map_err(named)
        }
        WindowKind::Aggregate(_) => {
            let aggregate = window.aggregate().ok_or_else(|| Error::internal("an aggregate that is none"))?;
            let gatherers: Vec<Gatherer> = args.iter().map(|chunks| Gatherer::new(chunks)).all_ok()?;
            if let Some(frame) = &window.frame {
                let rows = rows_of(sequence, &[], window);
                let frames = Frames::new(frame, &rows, key.as_ref())?;
                let pieces =
                    framed(&aggregate, &gatherers, sequence, &rows, &frames, context).map_err(named)?;
                return back(pieces, sequence, ranges, context);
            }
            let tasks = sequence.whole_partitions();
            let pieces = context
                .parallel(tasks.len(), |task| totals(&aggregate, &gatherers, sequence, tasks[task].clone()))
                .map_err(named)?;
            back(pieces, sequence, ranges, context)
        }
    }
}

fn call(
    function: &WindowFunction,
    window: &BoundWindow,
    args: &[Vec<&Column>],
    key: Option<&WindowArg>,
    sequence: &Sequence,
    ranges: &[Range<usize>],
    context: &Context,
) -> Result<Vec<Column>> {
    let known: Vec<WindowArg> = args
        .iter()
        .zip(&window.args)
        .map(|(chunks, arg)| sequence.arg(chunks, &arg.dtype, function.needs, context))
        .all_ok()?;
    let rows = rows_of(sequence, &known, window);
    let tasks = sequence.tasks_along(ranges);
    match &function.code {
        WindowCode::Pick(pick) => {
            let picked = sequence.picked(context, |range, out| pick(&rows, range, out))?;
            let Some(chunks) = args.first().filter(|chunks| !chunks.is_empty()) else {
                return Ok(Vec::new());
            };
            let gatherer = Gatherer::new(chunks)?;
            context.parallel(ranges.len(), |index| {
                let own = &picked[ranges[index].clone()];
                if sequence.is_as_it_was()
                    && !own.is_empty()
                    && !chunks.iter().any(|chunk| chunk.is_coded())
                    && let Some(runs) = runs(own)
                {
                    return in_runs(&runs, chunks, sequence);
                }
                if let Some(taken) = sequence.near(&gatherer, own, ranges[index].start) {
                    return taken;
                }
                let places = ranges[index].clone().map(|row| sequence.place(picked[sequence.position(row)]));
                gatherer.take(&places.collect::<Vec<_>>(), true)
            })
        }
        WindowCode::Range(code) => {
            let pieces = context.parallel(tasks.len(), |task| code(&rows, tasks[task].clone()))?;
            back(pieces, sequence, ranges, context)
        }
        WindowCode::Scan(new) => {
            let types: Vec<_> = window.args.iter().map(|arg| arg.dtype.clone()).collect();
            let scan = new(&types, &window.params)?;
            back(run(scan.as_ref(), &rows, &tasks, context)?, sequence, ranges, context)
        }
        WindowCode::Closure(output, code) => {
            let gatherers: Vec<Gatherer> = args.iter().map(|chunks| Gatherer::new(chunks)).all_ok()?;
            if let Some(frame) = &window.frame {
                let frames = Frames::new(frame, &rows, key)?;
                let pieces = context.parallel(tasks.len(), |task| {
                    let frames = frames.of(tasks[task].clone());
                    per_frame(code.as_ref(), output, &gatherers, sequence, &frames, context)
                })?;
                return back(pieces, sequence, ranges, context);
            }
            let tasks = sequence.whole_partitions();
            let pieces = context.parallel(tasks.len(), |task| {
                per_partition(code.as_ref(), output, &gatherers, &rows, sequence, tasks[task].clone())
            })?;
            back(pieces, sequence, ranges, context)
        }
        WindowCode::Expand(_) => Err(Error::internal(format!("{} was not expanded", function.name))),
    }
}

fn rows_of<'a>(sequence: &'a Sequence, args: &'a [WindowArg], window: &'a BoundWindow) -> WindowRows<'a> {
    WindowRows {
        rows: sequence.rows(),
        partitions: &sequence.partitions,
        peers: &sequence.peers,
        args,
        params: &window.params,
        output: window.dtype.held(),
    }
}

/// The user's closure over the frames of rows that follow each other: a value of each, null for one without rows.
fn per_frame(
    code: &PartitionClosure,
    output: &DType,
    args: &[Gatherer],
    sequence: &Sequence,
    frames: &[Range<usize>],
    context: &Context,
) -> Result<ArrayRef> {
    let filled = || frames.iter().filter(|frame| !frame.is_empty());
    let first = filled().map(|frame| frame.start).min().unwrap_or(0);
    let end = filled().map(|frame| frame.end).max().unwrap_or(first);
    let columns = gathered(args, &sequence.places(first..end))?;
    let mut results: Vec<ArrayRef> = vec![new_null_array(&output.to_arrow(), 1)];
    // Of each row, which of the results it gets.
    let mut chosen: Vec<u32> = Vec::with_capacity(frames.len());
    for frame in frames {
        if frame.is_empty() {
            chosen.push(0);
            continue;
        }
        context.check()?;
        let own: Vec<Column> =
            columns.iter().map(|column| column.slice(frame.start - first, frame.len())).collect();
        let result = promised(code(&own)?, output)?;
        if result.len() != 1 {
            let message = format!("the function returned {} rows for a frame, not one", result.len());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        chosen.push(results.len() as u32);
        results.push(result);
    }
    let values = concat(&results.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>())?;
    Ok(take(&values, &UInt32Array::from(chosen), None)?)
}

/// Columns at some places, as a closure sees them.
fn gathered(args: &[Gatherer], places: &[Place]) -> Result<Vec<Column>> {
    let columns = args
        .iter()
        .map(|gatherer| Ok(Column::from_held(strings::decode(gatherer.take(places, false)?.array())?)));
    columns.all_ok()
}

/// What a closure returned, if it is of the type it promised.
fn promised(result: Column, output: &DType) -> Result<ArrayRef> {
    if result.dtype() != output {
        return Err(Error::type_mismatch(format!(
            "the function returned {}, not the promised {output}",
            result.dtype()
        )));
    }
    strings::decode(result.array())
}

/// The user's closure over the partitions of a range.
fn per_partition(
    code: &PartitionClosure,
    output: &DType,
    args: &[Gatherer],
    rows: &WindowRows<'_>,
    sequence: &Sequence,
    range: Range<usize>,
) -> Result<ArrayRef> {
    let columns = gathered(args, &sequence.places(range.clone()))?;
    let mut results: Vec<ArrayRef> = Vec::new();
    for (partition, _) in rows.partitions(range.clone()) {
        let start = partition.start - range.start;
        let own: Vec<Column> = columns.iter().map(|column| column.slice(start, partition.len())).collect();
        let plain = promised(code(&own)?, output)?;
        results.push(match plain.len() {
            rows if rows == partition.len() => plain,
            1 => take(&plain, &UInt32Array::from(vec![0u32; partition.len()]), None)?,
            other => {
                let message =
                    format!("the function returned {other} rows for a partition of {}", partition.len());
                return Err(Error::new(ErrorKind::Shape, message));
            }
        });
    }
    match results.as_slice() {
        [only] => Ok(only.clone()),
        many => Ok(concat(&many.iter().map(|result| result.as_ref() as &dyn Array).collect::<Vec<_>>())?),
    }
}

/// A running function: states of blocks that others of their partition follow, joined in order, then all values.
fn run(
    scan: &dyn WindowScan,
    rows: &WindowRows<'_>,
    tasks: &[Range<usize>],
    context: &Context,
) -> Result<Vec<ArrayRef>> {
    let followed = context.parallel(tasks.len(), |task| {
        let blocks = rows.blocks(tasks[task].clone()).filter(|(partition, block)| block.end < partition.end);
        let states = blocks.map(|(partition, block)| {
            let state = scan.carry(rows, block.clone());
            (block.start == partition.start, block.end, state)
        });
        Ok(states.collect::<Vec<_>>())
    })?;
    // The state up to the end of each such block, by that end. There is one per block of rows, not per row.
    let mut before: Vec<(usize, Carry)> = Vec::new();
    for (is_first, end, state) in followed.into_iter().flatten() {
        let state = match before.last() {
            Some((_, earlier)) if !is_first => scan.join(earlier, &state),
            _ => state,
        };
        before.push((end, state));
    }
    context.parallel(tasks.len(), |task| {
        let blocks = rows.blocks(tasks[task].clone()).map(|(partition, block)| {
            let found = before.binary_search_by_key(&block.start, |(end, _)| *end);
            let carry = found.ok().filter(|_| block.start > partition.start).map(|at| &before[at].1);
            (block, carry)
        });
        scan.evaluate(rows, &blocks.collect::<Vec<_>>())
    })
}

/// An aggregate that depends on the order of its rows: the value of each partition of a range, repeated.
fn totals(
    aggregate: &BoundAggregate,
    args: &[Gatherer],
    sequence: &Sequence,
    range: Range<usize>,
) -> Result<ArrayRef> {
    let first = sequence.partitions.partition_point(|start| (*start as usize) < range.start);
    let mut ids: Vec<u32> = Vec::with_capacity(range.len());
    for (number, pair) in sequence.partitions[first..].windows(2).enumerate() {
        if pair[0] as usize >= range.end {
            break;
        }
        ids.extend((pair[0]..pair[1]).map(|_| number as u32));
    }
    let mut state = aggregate.state()?;
    state.resize(ids.last().map_or(0, |last| *last as usize + 1));
    update(state.as_mut(), aggregate, args, sequence, range, &ids)?;
    let values = state.finish().map_err(|error| match error.row_number() {
        // The group's first row stands for it.
        Some(group) => {
            let start = sequence.partitions[first + group as usize];
            error.without_row().row(u64::from(start))
        }
        None => error,
    })?;
    Ok(take(&values, &UInt32Array::from(ids), None)?)
}

/// Values in the order of the sequence, in the order of the rows: a column per range of rows.
fn back(
    pieces: Vec<ArrayRef>,
    sequence: &Sequence,
    ranges: &[Range<usize>],
    context: &Context,
) -> Result<Vec<Column>> {
    if pieces.is_empty() {
        return Ok(Vec::new());
    }
    let locator = Locator::new(pieces.iter().map(|piece| piece.len()));
    if locator.rows() != sequence.rows() {
        return Err(Error::internal(format!(
            "a window function gave {} values for {} rows",
            locator.rows(),
            sequence.rows()
        )));
    }
    if sequence.is_as_it_was() {
        return context.parallel(ranges.len(), |index| slice(&pieces, &locator, ranges[index].clone()));
    }
    let columns: Vec<Column> = pieces.into_iter().map(Column::from_held).collect();
    let gatherer = Gatherer::new(&columns.iter().collect::<Vec<_>>())?;
    context.parallel(ranges.len(), |index| {
        let places = ranges[index].clone().map(|row| locator.find(sequence.position(row)));
        gatherer.take(&places.collect::<Vec<_>>(), false)
    })
}

/// A range of values that follow each other in pieces.
fn slice(pieces: &[ArrayRef], locator: &Locator, range: Range<usize>) -> Result<Column> {
    let mut parts: Vec<ArrayRef> = Vec::new();
    let mut row = range.start;
    while row < range.end {
        let (piece, offset) = locator.find(row);
        let own = &pieces[piece as usize];
        let count = (own.len() - offset as usize).min(range.end - row);
        parts.push(own.slice(offset as usize, count));
        row += count;
    }
    Ok(Column::from_held(match parts.as_slice() {
        [only] => only.clone(),
        many => concat(&many.iter().map(|part| part.as_ref() as &dyn Array).collect::<Vec<_>>())?,
    }))
}

/// Rows that follow each other, or that are not there, and how many; `None` if there are not few such runs.
fn runs(picked: &[u32]) -> Option<Vec<(u32, usize)>> {
    let most = picked.len() / 1024 + 2;
    let mut runs: Vec<(u32, usize)> = Vec::new();
    for row in picked {
        let full = runs.len() == most;
        match runs.last_mut() {
            Some((NO_ROW, count)) if *row == NO_ROW => *count += 1,
            Some((start, count)) if *start != NO_ROW && *row as usize == *start as usize + *count => {
                *count += 1
            }
            _ if full => return None,
            _ => runs.push((*row, 1)),
        }
    }
    Some(runs)
}

/// Runs of rows of a column in chunks, end to end.
fn in_runs(runs: &[(u32, usize)], chunks: &[&Column], sequence: &Sequence) -> Result<Column> {
    let mut parts: Vec<ArrayRef> = Vec::new();
    for (start, count) in runs {
        if *start == NO_ROW {
            parts.push(new_null_array(chunks[0].array().data_type(), *count));
            continue;
        }
        let (chunk, row) = sequence.place(*start);
        let (mut row, mut left) = (row as usize, *count);
        for chunk in &chunks[chunk as usize..] {
            let own = left.min(chunk.len() - row);
            parts.push(chunk.array().slice(row, own));
            (row, left) = (0, left - own);
            if left == 0 {
                break;
            }
        }
    }
    let joined = match parts.as_slice() {
        [only] => only.clone(),
        many => concat(&many.iter().map(|part| part.as_ref() as &dyn Array).collect::<Vec<_>>())?,
    };
    Ok(Column::from_held(joined))
}

/// Batches cut into ranges of at most `size` rows, and where these are among all rows.
pub fn cut(batches: &[Batch], size: usize) -> (Vec<Batch>, Vec<Range<usize>>) {
    let (mut cut, mut ranges) = (Vec::new(), Vec::new());
    let mut first = 0;
    for batch in batches {
        for start in (0..batch.rows()).step_by(size) {
            let rows = size.min(batch.rows() - start);
            cut.push(batch.slice(start, rows));
            ranges.push(first + start..first + start + rows);
        }
        first += batch.rows();
    }
    (cut, ranges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{AsArray, Int64Array};
    use std::sync::Arc;

    #[test]
    fn few_runs_are_found() {
        assert_eq!(runs(&[NO_ROW, NO_ROW, 0, 1, 2]), Some(vec![(NO_ROW, 2), (0, 3)]));
        assert_eq!(runs(&[5, 6, NO_ROW]), Some(vec![(5, 2), (NO_ROW, 1)]));
        assert_eq!(runs(&[]), Some(Vec::new()));
        assert_eq!(runs(&[1, 0, 5, 9]), None);
    }

    #[test]
    fn pieces_are_sliced_across_their_ends() {
        let piece = |values: std::ops::Range<i64>| Arc::new(Int64Array::from_iter_values(values)) as ArrayRef;
        let pieces = [piece(0..3), piece(3..4), piece(4..9)];
        let locator = Locator::new([3, 1, 5]);
        for range in [0..9, 1..2, 2..6, 4..9] {
            let found = slice(&pieces, &locator, range.clone()).unwrap();
            let expected: Vec<i64> = (range.start as i64..range.end as i64).collect();
            assert_eq!(found.array().as_primitive::<arrow::datatypes::Int64Type>().values(), &expected);
        }
    }
}
