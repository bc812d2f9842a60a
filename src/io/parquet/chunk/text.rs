//! Text gathered page by page: as views, or as codes where the file holds a dictionary of fewer texts than rows.

use crate::error::Result;
use crate::io::parquet::chunk::delta::{self, DELTA_BYTE_ARRAY, DELTA_LENGTH_BYTE_ARRAY};
use crate::io::parquet::chunk::hybrid::damaged;
use crate::io::parquet::chunk::values::{
    MOST_ROOM, PLAIN, PLAIN_DICTIONARY, Part, RLE_DICTIONARY, Values, codes, gather, keep,
};
use crate::io::translation::Translation;
use crate::kernels::lookup::{coded, greatest};
use crate::kernels::texts::{self, Laid, Mark, Texts};
use arrow::array::{ArrayRef, UInt32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use std::ops::Range;
use std::sync::Arc;

/// How text becomes codes of the table.
pub struct Coding<'a> {
    /// Finds the codes, if there are any: other bytes may have to be read for them.
    pub find: Box<dyn FnOnce() -> Result<Option<Translation>> + 'a>,
    /// Also where the file holds no codes, or about as many as rows: the texts are known to repeat.
    pub always: bool,
}

/// A column of text.
pub struct Text<'a> {
    texts: Texts,
    /// Where the last page begins.
    mark: Mark,
    wanted: usize,
    /// How text becomes codes, until it is known that it does.
    coding: Option<Coding<'a>>,
    coded: Option<Coded>,
}

/// Codes being gathered.
struct Coded {
    translation: Translation,
    /// Our code of each of the file's; `None`: they are the same.
    map: Option<Vec<u32>>,
    /// How many codes the file has.
    distinct: usize,
    rows: Vec<u32>,
    page: usize,
}

impl<'a> Text<'a> {
    /// Text for so many rows; with a coding, as codes.
    pub fn new(coding: Option<Coding<'a>>, wanted: usize) -> Self {
        let texts = Texts::default();
        Text { mark: texts.mark(), texts, wanted, coding, coded: None }
    }
}

impl Values for Text<'_> {
    fn dictionary(&mut self, bytes: &mut Vec<u8>, count: usize) -> Result<()> {
        *bytes = self.texts.set_dictionary(std::mem::take(bytes), count)?;
        // Codes of about as many texts as rows are not worth having.
        let pays = |coding: &Coding<'_>| coding.always || count * 2 <= self.wanted;
        let Some(Coding { find, .. }) = self.coding.take().filter(pays) else { return Ok(()) };
        let Some(mut translation) = find()? else { return Ok(()) };
        let foreign: ArrayRef = Arc::new(std::mem::take(&mut self.texts).into_dictionary());
        let map = translation.of(&foreign)?.map(<[u32]>::to_vec);
        let rows = Vec::with_capacity(self.wanted.min(MOST_ROOM));
        self.coded = Some(Coded { translation, map, distinct: foreign.len(), rows, page: 0 });
        Ok(())
    }

    fn page(&mut self, encoding: i64, bytes: &mut Vec<u8>, part: Part<'_>) -> Result<bool> {
        let Part { mut start, count, .. } = part;
        let mut lengths = None;
        if matches!(encoding, DELTA_LENGTH_BYTE_ARRAY | DELTA_BYTE_ARRAY) {
            let found;
            (start, found) = delta::texts(encoding, bytes, start, count)?;
            lengths = Some(found);
        }
        let plain = encoding == PLAIN || lengths.is_some();
        let laid = Laid { start, count, lengths: lengths.as_deref() };
        let by_code = matches!(encoding, PLAIN_DICTIONARY | RLE_DICTIONARY);
        if let Some(Coding { find, .. }) = self.coding.take_if(|coding| coding.always)
            && let Some(translation) = find()?
        {
            let rows = Vec::with_capacity(self.wanted.min(MOST_ROOM));
            self.coded = Some(Coded { translation, map: None, distinct: 0, rows, page: 0 });
        }
        if let Some(Coded { translation, map, distinct, rows, page }) = &mut self.coded {
            *page = rows.len();
            let distinct = *distinct;
            match encoding {
                _ if plain => {
                    translation.push(bytes, laid, rows)?;
                    if let Some(ranges) = part.ranges {
                        keep(rows, *page, ranges);
                    }
                }
                _ if by_code => codes(bytes, part, |codes| match map {
                    Some(map) => gather(map, codes, rows),
                    None if greatest(codes) as usize >= distinct && !codes.is_empty() => {
                        Err(damaged("a code outside of its dictionary"))
                    }
                    None => {
                        rows.extend_from_slice(codes);
                        Ok(())
                    }
                })?,
                _ => return Ok(false),
            }
            return Ok(true);
        }
        if self.texts.is_empty() {
            self.texts.reserve(self.wanted.min(MOST_ROOM));
        }
        self.mark = self.texts.mark();
        match encoding {
            _ if plain => {
                *bytes = self.texts.cut(std::mem::take(bytes), laid)?;
                if let Some(ranges) = part.ranges {
                    self.texts.select(self.mark, ranges);
                }
            }
            _ if by_code => codes(bytes, part, |places| self.texts.gather(places))?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn spread(&mut self, valid: &BooleanBuffer) {
        match &mut self.coded {
            Some(coded) => texts::spread(&mut coded.rows, coded.page, valid),
            None => self.texts.spread(self.mark, valid),
        }
    }

    fn select(&mut self, ranges: &[Range<usize>]) {
        match &mut self.coded {
            Some(coded) => keep(&mut coded.rows, coded.page, ranges),
            None => self.texts.select(self.mark, ranges),
        }
    }

    fn rows(&self) -> usize {
        self.coded.as_ref().map_or(self.texts.len(), |coded| coded.rows.len())
    }

    fn finish(self: Box<Self>, _to: &DataType, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
        match self.coded {
            Some(Coded { mut translation, rows, .. }) => {
                coded(UInt32Array::new(rows.into(), nulls), translation.dictionary()?)
            }
            None => Ok(Arc::new(self.texts.finish(nulls))),
        }
    }
}
