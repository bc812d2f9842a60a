//! Text gathered page by page: as views, or as codes where the file holds a dictionary of fewer texts than rows.

use crate::data::strings;
use crate::error::Result;
use crate::io::dictionary::Translation;
use crate::io::parquet::chunk::hybrid::damaged;
use crate::io::parquet::chunk::values::{
    PLAIN, PLAIN_DICTIONARY, RLE_DICTIONARY, Values, codes, gather, keep,
};
use crate::kernels::texts::{self, Mark, Texts};
use arrow::array::{ArrayRef, UInt32Array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use std::ops::Range;
use std::sync::Arc;

/// A column of text.
pub struct Text {
    texts: Texts,
    /// Where the last page begins.
    mark: Mark,
    wanted: usize,
    /// How codes of the file become codes of the table, if they shall.
    translation: Option<Translation>,
    coded: Option<Coded>,
}

/// Codes being gathered.
struct Coded {
    /// Our code of each of the file's; `None`: they are the same.
    map: Option<Vec<u32>>,
    /// How many codes the file has.
    distinct: usize,
    dictionary: ArrayRef,
    rows: Vec<u32>,
    page: usize,
}

impl Text {
    /// Text for so many rows; with a translation, as codes.
    pub fn new(translation: Option<Translation>, wanted: usize) -> Self {
        let texts = Texts::default();
        Text { mark: texts.mark(), texts, wanted, translation, coded: None }
    }
}

impl Values for Text {
    fn dictionary(&mut self, bytes: &mut Vec<u8>, count: usize) -> Result<()> {
        *bytes = self.texts.set_dictionary(std::mem::take(bytes), count)?;
        // Codes of about as many texts as rows are not worth having.
        let Some(mut translation) = self.translation.take().filter(|_| count * 2 <= self.wanted) else {
            return Ok(());
        };
        let foreign: ArrayRef = Arc::new(std::mem::take(&mut self.texts).into_dictionary());
        let (map, dictionary) = translation.of(&foreign)?;
        let rows = Vec::with_capacity(self.wanted);
        self.coded =
            Some(Coded { map: map.map(<[u32]>::to_vec), distinct: foreign.len(), dictionary, rows, page: 0 });
        Ok(())
    }

    fn page(&mut self, encoding: i64, bytes: &mut Vec<u8>, start: usize, count: usize) -> Result<bool> {
        let by_code = matches!(encoding, PLAIN_DICTIONARY | RLE_DICTIONARY);
        if let Some(Coded { map, distinct, rows, page, .. }) = &mut self.coded {
            *page = rows.len();
            let distinct = *distinct;
            if by_code {
                codes(&bytes[start..], count, |codes| match map {
                    Some(map) => gather(map, codes, rows),
                    None if codes.iter().fold(0, |most, code| most.max(*code)) as usize >= distinct => {
                        Err(damaged("a code outside of its dictionary"))
                    }
                    None => {
                        rows.extend_from_slice(codes);
                        Ok(())
                    }
                })?;
            }
            return Ok(by_code);
        }
        if self.texts.is_empty() {
            self.texts.reserve(self.wanted);
        }
        self.mark = self.texts.mark();
        match encoding {
            PLAIN => *bytes = self.texts.cut(std::mem::take(bytes), start, count)?,
            _ if by_code => codes(&bytes[start..], count, |places| self.texts.gather(places))?,
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
            Some(coded) => strings::encode(UInt32Array::new(coded.rows.into(), nulls), coded.dictionary),
            None => Ok(Arc::new(self.texts.finish(nulls))),
        }
    }
}
