//! Rows of key columns as packed words, with a layout that widens when values need it.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::kernels::keys::column::{Coder, Prepared, nulls};
use crate::kernels::keys::layout::{Layout, place_numbers};
use crate::kernels::keys::pack::{Target, bounds, masks};
use crate::kernels::keys::packing::{Meaning, Packing};
use crate::kernels::keys::shared::SharedDictionary;
use arrow::buffer::NullBuffer;
use std::ops::Range;
use std::sync::Arc;

/// Packs key columns into words; learns as it goes.
pub struct KeyEncoder {
    coders: Vec<Coder>,
    layout: Layout,
    weak: bool,
    /// Scratch: the numbers of each column of the rows at hand.
    numbers: Vec<Vec<u64>>,
}

/// A batch's key columns, prepared.
pub struct Batch<'a> {
    columns: Vec<(Prepared<'a>, Option<NullBuffer>)>,
}

impl KeyEncoder {
    /// An encoder for keys of these types.
    pub fn new(dtypes: &[DType], weak: bool) -> Self {
        KeyEncoder {
            coders: dtypes.iter().map(|dtype| Coder::new(dtype, weak)).collect(),
            layout: Layout::empty(dtypes.len()),
            weak,
            numbers: Vec::new(),
        }
    }

    /// Texts of these key columns get their numbers from a dictionary that other encoders share.
    pub fn share(&mut self, dictionaries: &[Option<Arc<SharedDictionary>>]) {
        for (coder, dictionary) in self.coders.iter_mut().zip(dictionaries) {
            if let Some(dictionary) = dictionary {
                *coder = Coder::Shared { dictionary: dictionary.clone(), used: false, begun: false };
            }
        }
    }

    /// Words per row.
    pub fn width(&self) -> usize {
        self.layout.width()
    }

    /// Bits in use, if one word is enough.
    pub fn bits(&self) -> Option<u32> {
        self.layout.bits()
    }

    /// How words packed now are read back; `None` if keys cannot be told from their words alone.
    pub fn packing(&self, dtypes: &[DType]) -> Option<Packing> {
        let meanings = self.coders.iter().zip(dtypes).map(|(coder, dtype)| match coder {
            Coder::Nothing | Coder::Integer | Coder::Boolean => Some(Meaning::Value(dtype.clone())),
            Coder::Codes(dictionary) => Some(Meaning::Codes(dictionary.clone())),
            Coder::Shared { dictionary, .. } => Some(Meaning::Shared(dictionary.clone())),
            Coder::Float32 | Coder::Float64 | Coder::Interned(_) => None,
        });
        Some(Packing::new(self.layout.clone(), meanings.collect::<Option<_>>()?))
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        self.coders.iter().map(Coder::size_bytes).sum()
    }

    /// Prepares a batch: dictionaries are learnt here.
    ///
    /// # Errors
    /// `Type` if nested values cannot be encoded.
    pub fn prepare<'a>(&mut self, columns: &'a [Column]) -> Result<Batch<'a>> {
        let weak = self.weak;
        let pairs = self.coders.iter_mut().zip(columns);
        let columns = pairs.map(|(coder, column)| Ok((coder.prepare(column, weak)?, nulls(column))));
        Ok(Batch { columns: columns.collect::<Result<_>>()? })
    }

    /// Packs some rows into `out`, learning their values. If the layout has to widen for them, `known` (rows packed
    /// before) are packed anew and true is returned.
    pub fn encode(
        &mut self,
        batch: &Batch<'_>,
        rows: Range<usize>,
        known: &mut Vec<u64>,
        out: &mut Vec<u64>,
    ) -> bool {
        if self.packs(batch, rows.clone(), out) {
            return false;
        }
        let mut wanted: Vec<Option<(u64, u64)>> = Vec::with_capacity(self.coders.len());
        let mut grows = false;
        self.numbers.resize_with(self.coders.len(), Vec::new);
        let columns =
            self.coders.iter_mut().zip(self.layout.places()).zip(&batch.columns).zip(&mut self.numbers);
        for (((coder, place), (prepared, nulls)), numbers) in columns {
            numbers.clear();
            coder.numbers(prepared, rows.clone(), numbers);
            let range = bounds(numbers, nulls.as_ref(), rows.start);
            grows |= match (place, range) {
                (_, None) => false,
                (Some(place), Some((low, high))) => !place.covers(low, high),
                (None, Some(_)) => true,
            };
            wanted.push(range);
        }
        if grows {
            self.widen(&wanted, known);
        }
        out.clear();
        out.resize(rows.len() * self.layout.width(), 0);
        for ((place, numbers), (_, nulls)) in
            self.layout.places().iter().zip(&self.numbers).zip(&batch.columns)
        {
            if let Some(place) = place {
                place_numbers(place, numbers, nulls.as_ref(), rows.start, self.layout.width(), out);
            }
        }
        grows
    }

    /// Packs rows in one pass per column where all columns lie in one word. False if that cannot be, or if a value has no
    /// place in the layout.
    fn packs(&mut self, batch: &Batch<'_>, rows: Range<usize>, out: &mut Vec<u64>) -> bool {
        let places = self.layout.places();
        if self.layout.width() > 1 || places.iter().any(|place| place.is_none_or(|place| place.is_full())) {
            return false;
        }
        // What is there is overwritten by the first column.
        out.resize(rows.len(), 0);
        self.numbers.resize_with(self.coders.len(), Vec::new);
        let columns = self.coders.iter_mut().zip(places.iter().flatten()).zip(&batch.columns);
        columns.zip(&mut self.numbers).enumerate().all(
            |(position, (((coder, place), (prepared, nulls)), scratch))| {
                let into = Target { base: place.base, shift: place.shift(), first: position == 0 };
                let masks = nulls.as_ref().map(|nulls| masks(nulls, rows.start, rows.len()));
                let seen = coder.pack(prepared, rows.clone(), masks.as_deref(), into, scratch, out);
                place.has_room(seen)
            },
        )
    }

    /// A layout that also covers `wanted`; `words` are packed anew.
    fn widen(&mut self, wanted: &[Option<(u64, u64)>], words: &mut Vec<u64>) {
        let wider = self.layout.widened(wanted);
        *words = self.layout.repack(words, &wider);
        self.layout = wider;
    }
}
