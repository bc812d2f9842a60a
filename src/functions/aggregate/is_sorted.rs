//! `is_sorted`.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::expr::function::ParamDefault;
use crate::expr::{AggregateFunction, Example, Expr, GroupState, Groups, Param, Params, Signature, col};
use crate::functions::aggregate::fold::same;
use crate::functions::aggregate::rows::nulls_of;
use crate::functions::aggregate::words::foreign_state;
use crate::kernels::order::{Direction, KeyMaker, Keys};
use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, BooleanArray};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

/// Whether values are in order.
pub static IS_SORTED: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("is_sorted"),
    aliases: &[],
    doc: "Whether the values are in ascending (`descending`: in descending) order; true if there is none.\n\nThe order is \
          that of a sort: equal values may follow each other, NaN is larger than any number, nulls come last. Categories need an order.",
    args: &["expr"],
    params: &[Param {
        name: "descending",
        default: Some(ParamDefault::Bool(false)),
        doc: "Whether the greatest value comes first.",
    }],
    signature: |types, _| Ok(Signature::new([types[0].by_order()], DType::Bool)),
    ordered: true,
    accepts_codes: false,
    counts: false,
    state,
    example: Some(|| Example {
        input: vec![("x", [Some(1i64), Some(1), Some(4), None].into_iter().collect())],
        expr: col("x").is_sorted(false),
        output: [true].into_iter().collect(),
    }),
};

impl Expr {
    /// Whether the values are in ascending or descending order, nulls last.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [1i64, 7, 7]).finish()?;
    /// let sorted = frame.lazy().select([col("x").is_sorted(false)]).collect()?;
    /// assert_eq!(sorted.column("x")?.get(0)?, Scalar::Bool(true));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn is_sorted(self, descending: bool) -> Expr {
        Expr::aggregate(&IS_SORTED, [self], Params::new().with("descending", descending))
    }
}

fn state(types: &[DType], params: &Params) -> Result<Box<dyn GroupState>> {
    let direction = Direction { descending: params.bool("descending")?, nulls_first: false };
    let words = KeyMaker::is_word(&types[0]);
    let maker = KeyMaker::new(&types[..1], vec![direction], words)?;
    Ok(Box::new(IsSorted { maker, groups: Vec::new() }))
}

/// Bytes of the order of values.
type Key = Box<[u8]>;

/// What is known of a group's values.
#[derive(Clone, Default)]
struct Seen {
    /// The first and the last value, if there is any; null comes after all others.
    ends: Option<(Place, Place)>,
    /// Whether two values were in the wrong order.
    wrong: bool,
}

/// The order of values: words, then bytes, then nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Word(u64),
    Bytes(Key),
    Null,
}

impl Seen {
    /// Adds values that are in order or not, of which these are the first and the last.
    fn add(&mut self, first: Place, last: Place, wrong: bool) {
        self.wrong |= wrong;
        self.ends = match self.ends.take() {
            None => Some((first, last)),
            Some((start, end)) => {
                self.wrong |= end > first;
                Some((start, last))
            }
        };
    }
}

struct IsSorted {
    maker: KeyMaker,
    groups: Vec<Seen>,
}

impl IsSorted {
    fn update_each(&mut self, groups: &Groups<'_>, place: impl Fn(usize) -> Place) {
        for row in 0..groups.rows {
            let seen = &mut self.groups[groups.of(row)];
            match &mut seen.ends {
                None => seen.ends = Some((place(row), place(row))),
                Some((_, end)) => {
                    let next = place(row);
                    seen.wrong |= *end > next;
                    *end = next;
                }
            }
        }
    }
}

impl GroupState for IsSorted {
    fn resize(&mut self, groups: usize) {
        if groups > self.groups.len() {
            self.groups.resize(groups, Seen::default());
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        if groups.rows == 0 {
            return Ok(());
        }
        let nulls = nulls_of(&args[0]);
        match self.maker.keys(&[Column::new(args[0].clone())?])? {
            Keys::Words(words) => match (&nulls, groups.ids) {
                (None, None) => {
                    let (first, last) = (words[0], words[words.len() - 1]);
                    self.groups[0].add(Place::Word(first), Place::Word(last), !words.is_sorted());
                }
                _ => self.update_each(groups, |row| match nulls.as_ref().is_none_or(|n| n.is_valid(row)) {
                    true => Place::Word(words[row]),
                    false => Place::Null,
                }),
            },
            Keys::Bytes(rows) => {
                self.update_each(groups, |row| match nulls.as_ref().is_none_or(|n| n.is_valid(row)) {
                    true => Place::Bytes(rows.row(row).data().into()),
                    false => Place::Null,
                })
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        for (from, into) in from.iter().zip(into) {
            let seen = &other.groups[*from as usize];
            if let Some((first, last)) = &seen.ends {
                self.groups[*into as usize].add(first.clone(), last.clone(), seen.wrong);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.groups.iter().map(|seen| Some(!seen.wrong)).collect::<BooleanArray>()))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        let bytes = |place: &Place| match place {
            Place::Word(word) => [&[0], word.to_be_bytes().as_slice()].concat(),
            Place::Bytes(key) => [&[1], &**key].concat(),
            Place::Null => vec![2],
        };
        let end = |which: fn(&(Place, Place)) -> &Place| -> ArrayRef {
            let ends = self.groups.iter().map(|seen| seen.ends.as_ref().map(|ends| bytes(which(ends))));
            Arc::new(ends.collect::<BinaryViewArray>())
        };
        let wrong: BooleanArray = self.groups.iter().map(|seen| Some(seen.wrong)).collect();
        Ok(vec![Arc::new(wrong), end(|ends| &ends.0), end(|ends| &ends.1)])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        let [wrong, firsts, lasts] = arrays else { return Err(foreign_state()) };
        let wrong = wrong.as_boolean_opt().ok_or_else(foreign_state)?;
        let firsts = firsts.as_binary_view_opt().ok_or_else(foreign_state)?;
        let lasts = lasts.as_binary_view_opt().ok_or_else(foreign_state)?;
        let place = |bytes: &[u8]| match bytes {
            [0, word @ ..] => word.try_into().ok().map(|word| Place::Word(u64::from_be_bytes(word))),
            [1, key @ ..] => Some(Place::Bytes(key.into())),
            [2] => Some(Place::Null),
            _ => None,
        };
        for (row, into) in into.iter().enumerate().filter(|(row, _)| firsts.is_valid(*row)) {
            let ends = place(firsts.value(row)).zip(place(lasts.value(row)));
            let (first, last) = ends.ok_or_else(foreign_state)?;
            self.groups[*into as usize].add(first, last, wrong.value(row));
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        self.groups.capacity() * size_of::<Seen>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
