//! Column chunks of the crate's writer, with the checksums of pages that it leaves out: its pages are kept while it writes
//! them, and put behind each other here.

use crate::error::{Error, ErrorKind, Result};
use crate::io::parquet::chunk::codec::checksum;
use crate::io::parquet::chunk::thrift::{self, Kind};
use crate::io::parquet::pack::column::Chunk;
use crate::io::parquet::pack::pages::varint;
use bytes::Bytes;
use parquet::arrow::arrow_writer::{PageKey, PageStore, PageStoreArgs, PageStoreFactory};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result as Written};
use parquet::file::metadata::OffsetIndexBuilder;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a writer of a column has written: a header, its page, the next header, ...
#[derive(Debug, Clone, Default)]
pub struct Pages(Arc<Mutex<Vec<Bytes>>>);

impl PageStore for Pages {
    fn put(&mut self, value: Bytes) -> Written<PageKey> {
        let mut parts = locked(&self.0);
        parts.push(value);
        Ok(PageKey::new(parts.len() as u64))
    }

    fn take(&mut self, _key: PageKey) -> Written<Bytes> {
        Err(ParquetError::General("pages are put behind each other here alone".to_owned()))
    }

    fn memory_size(&self) -> usize {
        locked(&self.0).iter().map(Bytes::len).sum()
    }
}

/// Keeps the pages of the writers that the crate makes.
#[derive(Debug, Default)]
pub struct Keeper {
    made: Mutex<Vec<Pages>>,
    turn: Mutex<()>,
}

impl PageStoreFactory for Keeper {
    fn create(&self, _args: &PageStoreArgs<'_>) -> Written<Box<dyn PageStore>> {
        let pages = Pages::default();
        locked(&self.made).push(pages.clone());
        Ok(Box::new(pages))
    }
}

impl Keeper {
    /// Writers as `make` makes them, each with where its pages will be.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn with_pages<W, E>(&self, make: impl FnOnce() -> Result<Vec<W>, E>) -> Result<Vec<(W, Pages)>, E> {
        // Several parts of a file may begin at once.
        let _turn = locked(&self.turn);
        locked(&self.made).clear();
        let writers = make()?;
        Ok(writers.into_iter().zip(std::mem::take(&mut *locked(&self.made))).collect())
    }
}

/// The pages of a column, the dictionary first, with their checksums.
///
/// # Errors
/// `Internal` if the crate wrote something else than pages.
pub fn sealed(pages: &Pages, close: ColumnCloseResult) -> Result<Chunk> {
    let parts = std::mem::take(&mut *locked(&pages.0));
    let wrong = || Error::internal("the Parquet writer wrote pages of another form");
    let (two, rest) = parts.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong());
    }
    let before: usize = parts.iter().map(Bytes::len).sum();
    let mut bytes = Vec::with_capacity(before + two.len() * 6);
    let (mut dictionary, mut data) = (None, Vec::with_capacity(two.len()));
    for [header, page] in two {
        match thrift::header(header).map_err(|_| wrong())?.0.kind {
            Kind::Dictionary => dictionary = Some([header, page]),
            _ => data.push([header, page]),
        }
    }
    let mut put = |[header, page]: [&Bytes; 2]| -> Result<(i64, i32)> {
        let at = bytes.len();
        with_checksum(header, checksum(page), &mut bytes).ok_or_else(wrong)?;
        bytes.extend_from_slice(page);
        let size = i32::try_from(bytes.len() - at);
        Ok((at as i64, size.map_err(|_| Error::unsupported("a page of 2 GiB or more"))?))
    };
    let dictionary = dictionary.map(&mut put).transpose()?;
    let places = data.into_iter().map(put).collect::<Result<Vec<(i64, i32)>>>()?;
    let first = places.first().map(|(at, _)| *at);
    let offset_index = close.offset_index.as_ref().map(|old| {
        let mut index = OffsetIndexBuilder::new();
        let old = old.page_locations().iter().map(|page| page.first_row_index);
        let ends = old.clone().skip(1).chain([i64::try_from(close.rows_written).unwrap_or(i64::MAX)]);
        for ((start, end), (at, size)) in old.zip(ends).zip(&places) {
            index.append_row_count(end - start);
            index.append_offset_and_size(*at, *size);
        }
        (index.build(), places.len())
    });
    if offset_index.as_ref().is_some_and(|(index, pages)| index.page_locations().len() != *pages) {
        return Err(wrong());
    }
    let metadata = close.metadata;
    let (packed, grown) = (bytes.len() as i64, (bytes.len() - before) as i64);
    let unpacked = metadata.uncompressed_size() + grown;
    let start = first.unwrap_or_else(|| metadata.data_page_offset());
    let metadata = metadata
        .into_builder()
        .set_total_compressed_size(packed)
        .set_total_uncompressed_size(unpacked)
        .set_data_page_offset(start)
        .set_dictionary_page_offset(dictionary.map(|(at, _)| at))
        .build()
        .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        metadata,
        offset_index: offset_index.map(|(index, _)| index),
        ..close
    };
    Ok(Chunk { bytes, close })
}

/// Appends a header with a checksum: its fourth field, behind three numbers and before a struct.
fn with_checksum(header: &[u8], checksum: u32, out: &mut Vec<u8>) -> Option<()> {
    let mut at = 0;
    for _ in 0..3 {
        // The next field, a number.
        if *header.get(at)? != 1 << 4 | 5 {
            return None;
        }
        at += 2 + header[at + 1..].iter().position(|byte| *byte < 0x80)?;
    }
    let next = *header.get(at)?;
    if next >> 4 < 2 {
        return None;
    }
    out.extend_from_slice(&header[..at]);
    out.push(1 << 4 | 5);
    let number = checksum as i32;
    varint(u64::from((number << 1 ^ number >> 31) as u32), out);
    // What comes next is a step nearer.
    out.push(next - (1 << 4));
    out.extend_from_slice(&header[at + 1..]);
    Some(())
}
