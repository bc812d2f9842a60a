//! Rows of key columns as packed words, with a layout that widens when values need it.

use crate::data::{Column, DType};
use crate::error::Result;
use crate::kernels::keys::column::{Coder, Prepared, nulls};
use crate::kernels::keys::layout::{Layout, Place, place_numbers};
use crate::kernels::keys::pack::{Target, bounds, masks, pack};
use crate::kernels::keys::packing::{Meaning, Packing};
use crate::kernels::keys::shared::SharedDictionary;
use crate::kernels::keys::short;
use arrow::buffer::NullBuffer;
use arrow::datatypes::UInt64Type;
use std::ops::Range;
use std::sync::Arc;

/// Packs key columns into words; learns as it goes.
pub struct KeyEncoder {
    coders: Vec<Coder>,
    /// The place in the layout of each column's number. Texts may have other numbers, in the places that follow.
    slots: Vec<usize>,
    layout: Layout,
    weak: bool,
    /// Scratch: the numbers of each place of the rows at hand.
    numbers: Vec<Vec<u64>>,
}

/// A batch's key columns, prepared.
pub struct Batch<'a> {
    columns: Vec<(Prepared<'a>, Option<NullBuffer>)>,
    /// Whether rows that were packed before have to be packed anew ([`KeyEncoder::anew`]).
    pub renumbers: bool,
}

impl KeyEncoder {
    /// An encoder for keys of these types.
    pub fn new(dtypes: &[DType], weak: bool) -> Self {
        KeyEncoder {
            coders: dtypes.iter().map(|dtype| Coder::new(dtype, weak)).collect(),
            slots: (0..dtypes.len()).collect(),
            layout: Layout::empty(dtypes.len()),
            weak,
            numbers: Vec::new(),
        }
    }

    /// Texts of these key columns get their numbers from a dictionary that other encoders share.
    pub fn share(&mut self, dictionaries: &[Option<Arc<SharedDictionary>>]) {
        let mut places = 0;
        for ((coder, slot), dictionary) in self.coders.iter_mut().zip(&mut self.slots).zip(dictionaries) {
            *slot = places;
            places += 1;
            if let Some(dictionary) = dictionary {
                *coder = Coder::Shared { dictionary: dictionary.clone(), used: false, begun: false };
                places += short::NUMBERS - 1;
            }
        }
        self.layout = Layout::empty(places);
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
            Coder::Short(text) => Some(Meaning::Short(*text)),
            Coder::Float32 | Coder::Float64 | Coder::Interned(_) => None,
        });
        Some(Packing::new(self.layout.clone(), self.slots.clone(), meanings.collect::<Option<_>>()?))
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
        let mut renumbers = false;
        for (coder, column) in self.coders.iter_mut().zip(columns) {
            renumbers |= coder.adapt(column, weak)?;
        }
        Ok(Batch { columns: self.prepared(columns)?, renumbers })
    }

    fn prepared<'a>(&mut self, columns: &'a [Column]) -> Result<Vec<(Prepared<'a>, Option<NullBuffer>)>> {
        let weak = self.weak;
        let pairs = self.coders.iter_mut().zip(columns);
        pairs.map(|(coder, column)| Ok((coder.prepare(column, weak)?, nulls(column)))).collect()
    }

    /// The words of keys that were packed before, in a layout that begins with them: what numbers stand for has changed.
    ///
    /// # Errors
    /// `Type` if nested values cannot be encoded.
    pub fn anew(&mut self, columns: &[Column], rows: usize) -> Result<Vec<u64>> {
        self.layout = Layout::empty(self.layout.places().len());
        if rows == 0 {
            return Ok(Vec::new());
        }
        let batch = Batch { columns: self.prepared(columns)?, renumbers: false };
        let mut words = Vec::new();
        self.encode(&batch, 0..rows, &mut Vec::new(), &mut words);
        Ok(words)
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
        let places = self.layout.places();
        let mut wanted: Vec<Option<(u64, u64)>> = vec![None; places.len()];
        let mut grows = false;
        self.numbers.resize_with(places.len(), Vec::new);
        self.numbers.iter_mut().for_each(Vec::clear);
        let ends = ends(&self.slots, places.len());
        let columns = self.coders.iter_mut().zip(&self.slots).zip(&ends).zip(&batch.columns);
        for (((coder, slot), end), (prepared, nulls)) in columns {
            let numbers = &mut self.numbers[*slot..*end];
            coder.numbers(prepared, rows.clone(), numbers);
            match coder {
                Coder::Short(_) => {
                    wanted[*slot..*end].copy_from_slice(&short::ranges(numbers, nulls.as_ref(), rows.start))
                }
                _ => wanted[*slot] = bounds(&numbers[0], nulls.as_ref(), rows.start),
            }
            for slot in *slot..*end {
                grows |= match (&places[slot], wanted[slot]) {
                    (_, None) => false,
                    (Some(place), Some((low, high))) => !place.covers(low, high),
                    (None, Some(_)) => true,
                };
            }
        }
        if grows {
            self.widen(&wanted, known);
        }
        out.clear();
        out.resize(rows.len() * self.layout.width(), 0);
        let (places, width) = (self.layout.places(), self.layout.width());
        let columns = self.coders.iter().zip(&self.slots).zip(&ends).zip(&batch.columns);
        for (((coder, slot), end), (_, nulls)) in columns {
            let (places, numbers) = (&places[*slot..*end], &self.numbers[*slot..*end]);
            match (coder, &places[0]) {
                (Coder::Short(_), _) => short::place(places, numbers, nulls.as_ref(), rows.start, width, out),
                (_, Some(place)) => place_numbers(place, &numbers[0], nulls.as_ref(), rows.start, width, out),
                (_, None) => (),
            }
        }
        grows
    }

    /// Packs rows in one pass per column where all columns lie in one word. False if that cannot be, or if a value has no
    /// place in the layout.
    fn packs(&mut self, batch: &Batch<'_>, rows: Range<usize>, out: &mut Vec<u64>) -> bool {
        let places = self.layout.places();
        let mut used = self.slots.iter().map(|slot| places[*slot]);
        if self.layout.width() > 1 || used.any(|place| place.is_none_or(|place| place.is_full())) {
            return false;
        }
        // What is there is overwritten by the first column.
        out.resize(rows.len(), 0);
        self.numbers.resize_with(places.len(), Vec::new);
        let columns = self.coders.iter_mut().zip(&self.slots).zip(&batch.columns);
        columns.enumerate().all(|(position, ((coder, slot), (prepared, nulls)))| {
            let into = |place: &Place, first| Target { base: place.base, shift: place.shift(), first };
            let Some(place) = &places[*slot] else { return false };
            let masks = nulls.as_ref().map(|nulls| masks(nulls, rows.start, rows.len()));
            let target = into(place, position == 0);
            if let Coder::Short(_) = coder {
                let Some(other) = places[slot + 1].as_ref().filter(|other| !other.is_full()) else {
                    return false;
                };
                let numbers = &mut self.numbers[*slot..*slot + short::NUMBERS];
                numbers.iter_mut().for_each(Vec::clear);
                coder.numbers(prepared, rows.clone(), numbers);
                let seen = pack::<UInt64Type>(&numbers[0], masks.as_deref(), target, out);
                let more = pack::<UInt64Type>(&numbers[1], masks.as_deref(), into(other, false), out);
                let long = numbers[2..].iter().any(|numbers| !numbers.is_empty());
                return place.has_room(seen) && other.has_room(more) && !long;
            }
            let scratch = &mut self.numbers[*slot];
            let seen = coder.pack(prepared, rows.clone(), masks.as_deref(), target, scratch, out);
            place.has_room(seen)
        })
    }

    /// A layout that also covers `wanted`; `words` are packed anew.
    fn widen(&mut self, wanted: &[Option<(u64, u64)>], words: &mut Vec<u64>) {
        let wider = self.layout.widened(wanted);
        *words = self.layout.repack(words, &wider);
        self.layout = wider;
    }
}

/// Where the places of each column end, of so many.
fn ends(slots: &[usize], places: usize) -> Vec<usize> {
    slots.iter().skip(1).copied().chain([places]).collect()
}
