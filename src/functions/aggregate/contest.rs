//! Which row of each group has the least or the greatest value.

use crate::data::{DType, strings};
use crate::error::{Error, Result};
use crate::functions::aggregate::fold::numbers;
use crate::functions::aggregate::min_max::Ranked;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryViewArray, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use std::sync::Arc;

/// The best value of each group so far. Of equal values the first one wins; nulls never do, and NaN only where nothing
/// else is there.
pub trait Contest: Send + Sync + 'static {
    /// Makes room for groups.
    fn resize(&mut self, groups: usize);

    /// The rows of an array that come next.
    ///
    /// # Errors
    /// `Internal` for arrays of another type.
    fn load(&mut self, array: &ArrayRef) -> Result<()>;

    /// Whether the value of a row of that array, which is not null, is better than all before; it is the best then.
    fn offer(&mut self, group: usize, row: usize) -> bool;

    /// The same with the best value of another contest's group.
    fn offer_best(&mut self, group: usize, other: &Self, from: usize) -> bool;

    /// The best values; null where there is none.
    fn best(&self) -> ArrayRef;

    /// Bytes held.
    fn size_bytes(&self) -> usize;
}

/// Numbers, dates and times.
pub struct Numbers<T: ArrowPrimitiveType<Native: Ranked>, const MAX: bool> {
    array: Option<PrimitiveArray<T>>,
    best: Vec<Option<<T::Native as Ranked>::Rank>>,
}

impl<T: ArrowPrimitiveType<Native: Ranked>, const MAX: bool> Default for Numbers<T, MAX> {
    fn default() -> Self {
        Numbers { array: None, best: Vec::new() }
    }
}

impl<T: ArrowPrimitiveType<Native: Ranked>, const MAX: bool> Numbers<T, MAX> {
    #[inline]
    fn offer_rank(&mut self, group: usize, rank: <T::Native as Ranked>::Rank) -> bool {
        let best = &mut self.best[group];
        let better = best.is_none_or(|best| if MAX { rank > best } else { rank < best });
        if better {
            *best = Some(rank);
        }
        better
    }
}

impl<T: ArrowPrimitiveType<Native: Ranked>, const MAX: bool> Contest for Numbers<T, MAX> {
    fn resize(&mut self, groups: usize) {
        if groups > self.best.len() {
            self.best.resize(groups, None);
        }
    }

    fn load(&mut self, array: &ArrayRef) -> Result<()> {
        let array = numbers(array)?;
        self.array = Some(array.as_any().downcast_ref().cloned().ok_or_else(foreign_state)?);
        Ok(())
    }

    #[inline]
    fn offer(&mut self, group: usize, row: usize) -> bool {
        let Some(array) = &self.array else { return false };
        // Equal as keys: -0.0 is no smaller than 0.0.
        let value = T::Native::of_rank(array.value(row).key_rank());
        self.offer_rank(group, value.rank(MAX))
    }

    fn offer_best(&mut self, group: usize, other: &Self, from: usize) -> bool {
        other.best[from].is_some_and(|rank| self.offer_rank(group, rank))
    }

    fn best(&self) -> ArrayRef {
        Arc::new(self.best.iter().map(|best| best.map(T::Native::of_rank)).collect::<PrimitiveArray<T>>())
    }

    fn size_bytes(&self) -> usize {
        self.best.capacity() * size_of::<Option<<T::Native as Ranked>::Rank>>()
    }
}

/// Text and bytes.
pub struct Bytes<const MAX: bool> {
    array: BinaryViewArray,
    best: Vec<Option<Box<[u8]>>>,
}

impl<const MAX: bool> Default for Bytes<MAX> {
    fn default() -> Self {
        Bytes { array: BinaryViewArray::new_null(0), best: Vec::new() }
    }
}

impl<const MAX: bool> Bytes<MAX> {
    fn offer_bytes(best: &mut Option<Box<[u8]>>, bytes: &[u8]) -> bool {
        let better = best.as_deref().is_none_or(|best| if MAX { bytes > best } else { bytes < best });
        if better {
            *best = Some(bytes.into());
        }
        better
    }
}

impl<const MAX: bool> Contest for Bytes<MAX> {
    fn resize(&mut self, groups: usize) {
        if groups > self.best.len() {
            self.best.resize(groups, None);
        }
    }

    fn load(&mut self, array: &ArrayRef) -> Result<()> {
        self.array = cast(&strings::decode(array)?, &DataType::BinaryView)?.as_binary_view().clone();
        Ok(())
    }

    fn offer(&mut self, group: usize, row: usize) -> bool {
        Self::offer_bytes(&mut self.best[group], self.array.value(row))
    }

    fn offer_best(&mut self, group: usize, other: &Self, from: usize) -> bool {
        other.best[from].as_deref().is_some_and(|bytes| Self::offer_bytes(&mut self.best[group], bytes))
    }

    fn best(&self) -> ArrayRef {
        Arc::new(self.best.iter().map(Option::as_deref).collect::<BinaryViewArray>())
    }

    fn size_bytes(&self) -> usize {
        let bytes: usize = self.best.iter().flatten().map(|bytes| bytes.len()).sum();
        bytes + self.best.capacity() * size_of::<Option<Box<[u8]>>>()
    }
}

/// A type whose values have an order; a column of nulls alone counts as one of integers.
///
/// # Errors
/// `Type` for lists and structs.
pub fn comparable(name: &str, dtype: &DType) -> Result<DType> {
    match dtype {
        DType::Null => Ok(DType::Int64),
        nested if nested.is_nested() => Err(Error::type_mismatch(format!("no {name} of {nested}"))),
        other => Ok(other.clone()),
    }
}

/// Runs the body with `$contest` bound to the contest of a type that [`comparable`] gave.
macro_rules! with_contest {
    ($dtype:expr, $max:expr, $contest:ident => $body:expr) => {{
        let dtype: &$crate::data::DType = $dtype;
        match dtype {
            $crate::data::DType::String | $crate::data::DType::Binary => {
                let $contest = $crate::functions::aggregate::contest::Bytes::<{ $max }>::default();
                $body
            }
            _ => {
                let physical = $crate::functions::aggregate::valued::physical(dtype);
                $crate::data::dispatch::with_native!(&physical, T => {
                    let $contest = $crate::functions::aggregate::contest::Numbers::<T, { $max }>::default();
                    $body
                }, _ => Err($crate::error::Error::internal(format!("the order of {dtype}"))))
            }
        }
    }};
}

pub(crate) use with_contest;
