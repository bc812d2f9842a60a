//! `rolling_sum`, `rolling_mean`, `rolling_min`, `rolling_max`, `rolling_var`, `rolling_std`, `rolling_count`.
//!
//! A window is folded from two parts, the tail of older rows and the head of newer ones; nothing is ever subtracted, so
//! nothing drifts however long it moves.

use crate::data::{DType, dispatch};
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{
    Example, Expr, Needs, Param, Params, Signature, WindowCode, WindowFunction, WindowRows, col,
};
use crate::functions::aggregate::fold::results as typed;
use crate::functions::aggregate::var::ddof;
use crate::functions::window::cumulative::ordered;
use crate::functions::window::expanding::float;
use crate::functions::window::span::{self, CENTER, CLOSED, LEAST, Spans, TIES, WINDOW};
use crate::functions::window::states::{Extreme, Moments};
use crate::kernels::float_sum::FloatSum;
use arrow::array::{ArrayRef, ArrowPrimitiveType, Int64Array, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Float64Type;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

/// The constant `ddof`.
pub const DDOF: Param = Param {
    name: "ddof",
    default: Some(ParamDefault::Int(1)),
    doc: "What is taken from the number of values: 1 for a sample, 0 for everything.",
};

macro_rules! rolling {
    ($(#[doc = $doc:literal] $function:ident $name:literal $method:ident $signature:ident $code:expr,
        [$($param:expr),*], $output:expr, $text:literal;)*) => {
        $(
            #[doc = $doc]
            pub static $function: WindowFunction = WindowFunction::new(
                $name,
                &["expr", "by"],
                |types, _| span::signature(types, $signature(&types[0])?),
                WindowCode::Range($code),
            )
            .with_optional()
            .with_params(&[WINDOW, LEAST, CENTER, CLOSED, TIES $(, $param)*])
            .documented($text, || Example {
                input: vec![("x", [Some(1.0), Some(5.0), Some(3.0), None].into_iter().collect())],
                expr: col("x").$method(2),
                output: $output.into_iter().collect(),
            });
        )*

        impl Expr {$(
            #[doc = $doc]
            ///
            /// The window is that of the row and those before it, `window` rows in all; fewer values, as at the
            /// beginning, give null.
            ///
            /// # Examples
            /// ```
            /// use hypostyle::{Frame, col};
            /// let frame = Frame::builder().column("x", [1.0, 5.0, 3.0]).finish()?;
            #[doc = concat!("let rolled = frame.with_columns([col(\"x\").", stringify!($method), "(2)])?;")]
            /// assert!(rolled.column("x")?.get(0)?.is_null());
            /// # Ok::<(), hypostyle::Error>(())
            /// ```
            pub fn $method(self, window: i64) -> Expr {
                Expr::window(&$function, [self], Params::new().with("window", window))
            }
        )*}
    };
}

rolling! {
    #[doc = "The sum of the values of a moving window."]
    ROLLING_SUM "rolling_sum" rolling_sum float |rows, range| roll(&Sum { mean: false }, rows, range), [],
        [None, Some(6.0), Some(8.0), None], "The sum of the values of a moving window.";
    #[doc = "The mean of the values of a moving window."]
    ROLLING_MEAN "rolling_mean" rolling_mean float |rows, range| roll(&Sum { mean: true }, rows, range), [],
        [None, Some(3.0), Some(4.0), None], "The mean of the values of a moving window.";
    #[doc = "The least of the values of a moving window."]
    ROLLING_MIN "rolling_min" rolling_min ordered |rows, range| extreme(rows, range, false), [],
        [None, Some(1.0), Some(3.0), None], "The least of the values of a moving window.";
    #[doc = "The greatest of the values of a moving window."]
    ROLLING_MAX "rolling_max" rolling_max ordered |rows, range| extreme(rows, range, true), [],
        [None, Some(5.0), Some(5.0), None], "The greatest of the values of a moving window.";
    #[doc = "The variance of the values of a moving window."]
    ROLLING_VAR "rolling_var" rolling_var float |rows, range| spread(rows, range, false), [DDOF],
        [None, Some(8.0), Some(2.0), None], "The variance of the values of a moving window.";
    #[doc = "The standard deviation of the values of a moving window."]
    ROLLING_STD "rolling_std" rolling_std float |rows, range| spread(rows, range, true), [DDOF],
        [None, Some(8f64.sqrt()), Some(2f64.sqrt()), None],
        "The standard deviation of the values of a moving window.";
}

/// The number of values of a moving window.
pub static ROLLING_COUNT: WindowFunction = WindowFunction::new(
    "rolling_count",
    &["expr", "by"],
    |types, _| span::signature(types, Signature::new(&types[..1], DType::Int64)),
    WindowCode::Range(count),
)
.with_optional()
.with_params(&[
    WINDOW,
    Param {
        doc: "Fewer rows than this give null; by default as many as the window has, with `by` 1.",
        ..LEAST
    },
    CENTER,
    CLOSED,
    TIES,
])
.needing(Needs::Values)
.documented("The number of values, nulls not counted, of a moving window.", || Example {
    input: vec![("x", [Some(1.0), Some(5.0), None].into_iter().collect())],
    expr: Expr::window(&ROLLING_COUNT, [col("x")], Params::new().with("window", 2i64)),
    output: [None, Some(2i64), Some(1)].into_iter().collect(),
});

/// What a window is folded to.
pub trait Fold {
    /// The type of the results, physically.
    type Out: ArrowPrimitiveType;
    /// What is known of some rows.
    type State: Copy;

    /// What is known of no row.
    fn empty(&self) -> Self::State;
    /// What is known of rows and of others after them.
    fn join(&self, before: Self::State, later: Self::State) -> Self::State;
    /// The result, if there is one; `count`: the number of values.
    fn get(&self, state: Self::State, count: usize) -> Option<<Self::Out as ArrowPrimitiveType>::Native>;
}

/// A fold of the values of one column.
pub trait Single: Fold {
    /// What is known of rows and of a value, which is after them (`later`) or before them.
    fn with(
        &self,
        state: Self::State,
        value: <Self::Out as ArrowPrimitiveType>::Native,
        later: bool,
    ) -> Self::State;
}

/// The fold of the first argument in every window.
///
/// # Errors
/// As [`moving`].
pub fn roll<F: Single>(fold: &F, rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    let values =
        rows.args[0].values.as_ref().ok_or_else(|| Error::internal("a window without its values"))?;
    let values: &[_] = dispatch::primitive::<F::Out>(values).values();
    let nulls = rows.args[0].nulls.as_ref();
    let with = |state: F::State, row: usize, later: bool| match nulls {
        Some(nulls) if nulls.is_null(row) => state,
        _ => fold.with(state, values[row], later),
    };
    moving(fold, &Spans::new(rows)?, nulls, with, rows, range)
}

/// The fold of the rows of every window; `nulls`: which rows have no value; `with`: what is known of rows and one more,
/// which is after them or before them.
///
/// # Errors
/// What the windows raise.
pub fn moving<F: Fold>(
    fold: &F,
    spans: &Spans<'_>,
    nulls: Option<&NullBuffer>,
    with: impl Fn(F::State, usize, bool) -> F::State,
    rows: &WindowRows<'_>,
    range: Range<usize>,
) -> Result<ArrayRef> {
    let mut moved =
        Moved { results: Vec::with_capacity(range.len()), valid: Vec::with_capacity(range.len()) };
    for (partition, block) in rows.blocks(range) {
        let steady = match (spans.fixed(), nulls) {
            (Some((before, after)), None) => steady(before, after, &partition, &block),
            _ => block.end..block.end,
        };
        slide(fold, spans, nulls, &with, rows, (&partition, block.start..steady.start), &mut moved)?;
        if let Some((before, after)) = spans.fixed() {
            let starts = steady.start.saturating_sub(before)..steady.end.saturating_sub(before);
            side_by_side(fold, before + after + 1, &with, starts, &mut moved);
        }
        slide(fold, spans, nulls, &with, rows, (&partition, steady.end..block.end), &mut moved)?;
    }
    let nulls = Some(NullBuffer::from(moved.valid)).filter(|nulls| nulls.null_count() > 0);
    typed(Arc::new(PrimitiveArray::<F::Out>::new(moved.results.into(), nulls)), rows.output)
}

/// Results of windows.
struct Moved<T> {
    results: Vec<T>,
    valid: Vec<bool>,
}

impl<T: Default> Moved<T> {
    fn push(&mut self, result: Option<T>) {
        self.valid.push(result.is_some());
        self.results.push(result.unwrap_or_default());
    }
}

/// Windows that are folded at the same time: the additions of one wait for each other, those of several do not.
const SIDE_BY_SIDE: usize = 4;

/// Rows of a window from which on that pays.
const LEAST_ROWS: usize = 8;

/// Rows of a block whose windows are whole, from the first one at which [`slide`] begins anew, in whole rounds.
fn steady(before: usize, after: usize, partition: &Range<usize>, block: &Range<usize>) -> Range<usize> {
    let size = before.saturating_add(after).saturating_add(1);
    let round = size.saturating_mul(SIDE_BY_SIDE);
    let whole = block.start.checked_sub(before).is_some_and(|start| start >= partition.start);
    let start = if whole { block.start } else { block.start.saturating_add(size) };
    let end = block.end.min(partition.end.saturating_sub(after));
    if size < LEAST_ROWS || start.saturating_add(round) > end {
        return block.end..block.end;
    }
    start..start + (end - start) / round * round
}

/// The folds of whole windows of `size` rows that begin at these rows, of which there are whole rounds; none is null. Each
/// value is that of [`slide`], made of the same parts.
fn side_by_side<F: Fold>(
    fold: &F,
    size: usize,
    with: &impl Fn(F::State, usize, bool) -> F::State,
    starts: Range<usize>,
    moved: &mut Moved<<F::Out as ArrowPrimitiveType>::Native>,
) {
    if starts.is_empty() {
        return;
    }
    let round = size * SIDE_BY_SIDE;
    let mut tails = vec![fold.empty(); round.min(starts.len())];
    let mut folded = vec![None; tails.len()];
    for first in starts.step_by(round.max(1)) {
        let mut states = [fold.empty(); SIDE_BY_SIDE];
        for at in (0..size).rev() {
            for (part, state) in states.iter_mut().enumerate() {
                *state = with(*state, first + part * size + at, false);
                tails[part * size + at] = *state;
            }
        }
        states = [fold.empty(); SIDE_BY_SIDE];
        for at in 0..size {
            for (part, state) in states.iter_mut().enumerate() {
                if at > 0 {
                    *state = with(*state, first + (part + 1) * size + at - 1, true);
                }
                folded[part * size + at] = fold.get(fold.join(tails[part * size + at], *state), size);
            }
        }
        folded.iter_mut().for_each(|result| moved.push(result.take()));
    }
}

/// The folds of the windows of a block, one after another.
fn slide<F: Fold>(
    fold: &F,
    spans: &Spans<'_>,
    nulls: Option<&NullBuffer>,
    with: &impl Fn(F::State, usize, bool) -> F::State,
    rows: &WindowRows<'_>,
    (partition, block): (&Range<usize>, Range<usize>),
    moved: &mut Moved<<F::Out as ArrowPrimitiveType>::Native>,
) -> Result<()> {
    if block.is_empty() {
        return Ok(());
    }
    // Of the older rows, the folds from each to the last of them, the last first.
    let mut tail: Vec<F::State> = Vec::new();
    let mut head = fold.empty();
    let mut counted = Counted::new(nulls);
    let (mut middle, mut known) = (0, None);
    spans.each(rows, partition, block, |window| {
        let mut end = *known.get_or_insert(window.start);
        counted.move_to(&window);
        while end < window.end {
            head = with(head, end, true);
            end += 1;
        }
        known = Some(end.max(window.start));
        if window.start >= middle {
            tail.clear();
            let mut state = fold.empty();
            for row in window.clone().rev() {
                state = with(state, row, false);
                tail.push(state);
            }
            (middle, head) = (window.end.max(window.start), fold.empty());
        }
        let state = match window.start < middle {
            true => fold.join(tail[middle - 1 - window.start], head),
            false => head,
        };
        let count = counted.count();
        moved.push(if count >= spans.least { fold.get(state, count) } else { None });
    })
}

/// The number of values in a window that moves forward.
pub struct Counted<'a> {
    nulls: Option<&'a NullBuffer>,
    window: Range<usize>,
    absent: usize,
}

impl<'a> Counted<'a> {
    /// Nothing yet.
    pub fn new(nulls: Option<&'a NullBuffer>) -> Self {
        Counted { nulls, window: 0..0, absent: 0 }
    }

    /// Counts in another window, whose ends are not before those of the last.
    pub fn move_to(&mut self, window: &Range<usize>) {
        if let Some(nulls) = self.nulls {
            if window.start >= self.window.end {
                self.window = window.start..window.start;
                self.absent = 0;
            }
            let left = (self.window.start..window.start).filter(|row| nulls.is_null(*row)).count();
            let entered = (self.window.end..window.end).filter(|row| nulls.is_null(*row)).count();
            self.absent = self.absent + entered - left;
        }
        self.window = window.clone();
    }

    /// The number of values.
    pub fn count(&self) -> usize {
        self.window.len() - self.absent
    }
}

/// A sum or a mean.
struct Sum {
    mean: bool,
}

impl Fold for Sum {
    type Out = Float64Type;
    type State = FloatSum;

    #[inline]
    fn empty(&self) -> FloatSum {
        FloatSum::default()
    }

    #[inline]
    fn join(&self, before: FloatSum, later: FloatSum) -> FloatSum {
        before.join(later)
    }

    #[inline]
    fn get(&self, state: FloatSum, count: usize) -> Option<f64> {
        match (self.mean, count) {
            (false, _) => Some(state.get()),
            (true, 0) => None,
            (true, count) => Some(state.get() / count as f64),
        }
    }
}

impl Single for Sum {
    #[inline]
    fn with(&self, mut state: FloatSum, value: f64, _: bool) -> FloatSum {
        state.add(value);
        state
    }
}

fn spread(rows: &WindowRows<'_>, range: Range<usize>, root: bool) -> Result<ArrayRef> {
    roll(&Spread { ddof: ddof(rows.params)?, root }, rows, range)
}

/// A variance or its root.
struct Spread {
    ddof: f64,
    root: bool,
}

impl Fold for Spread {
    type Out = Float64Type;
    type State = Moments;

    #[inline]
    fn empty(&self) -> Moments {
        Moments::default()
    }

    #[inline]
    fn join(&self, before: Moments, later: Moments) -> Moments {
        before.join(later)
    }

    #[inline]
    fn get(&self, state: Moments, _: usize) -> Option<f64> {
        state.variance(self.ddof).map(|variance| if self.root { variance.sqrt() } else { variance })
    }
}

impl Single for Spread {
    #[inline]
    fn with(&self, mut state: Moments, value: f64, _: bool) -> Moments {
        state.add(value);
        state
    }
}

fn extreme(rows: &WindowRows<'_>, range: Range<usize>, greatest: bool) -> Result<ArrayRef> {
    let values =
        rows.args[0].values.as_ref().ok_or_else(|| Error::internal("a window without its values"))?;
    dispatch::with_wide!(values.data_type(), T => {
        roll(&Best::<T> { greatest, input: PhantomData }, rows, range)
    }, _ => Err(Error::internal(format!("a moving extreme of {}", values.data_type()))))
}

struct Best<T> {
    greatest: bool,
    input: PhantomData<fn(T)>,
}

impl<T: ArrowPrimitiveType> Fold for Best<T> {
    type Out = T;
    type State = Extreme<T::Native>;

    #[inline]
    fn empty(&self) -> Self::State {
        Extreme(None)
    }

    #[inline]
    fn join(&self, before: Self::State, later: Self::State) -> Self::State {
        before.join(later, self.greatest)
    }

    #[inline]
    fn get(&self, state: Self::State, _: usize) -> Option<T::Native> {
        state.0
    }
}

impl<T: ArrowPrimitiveType> Single for Best<T> {
    #[inline]
    fn with(&self, state: Self::State, value: T::Native, later: bool) -> Self::State {
        let own = Extreme(Some(value));
        if later { state.join(own, self.greatest) } else { own.join(state, self.greatest) }
    }
}

fn count(rows: &WindowRows<'_>, range: Range<usize>) -> Result<ArrayRef> {
    let spans = Spans::new(rows)?;
    let mut counts: Vec<Option<i64>> = Vec::with_capacity(range.len());
    for (partition, block) in rows.blocks(range) {
        let mut counted = Counted::new(rows.args[0].nulls.as_ref());
        spans.each(rows, &partition, block, |window| {
            counted.move_to(&window);
            counts.push((window.len() >= spans.least).then_some(counted.count() as i64));
        })?;
    }
    Ok(Arc::new(Int64Array::from(counts)))
}

#[cfg(test)]
#[path = "rolling_tests.rs"]
mod tests;
