//! The pages of a column chunk, one after the other; those without a wanted row are passed over unread.

use crate::error::Result;
use crate::io::file::OpenFile;
use crate::io::parquet::chunk::codec;
use crate::io::parquet::chunk::hybrid::damaged;
use crate::io::parquet::chunk::spare::Spare;
use crate::io::parquet::chunk::thrift::{self, Failure, Header, Kind};
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::page_index::offset_index::PageLocation;
use std::ops::Range;

/// Bytes read at a time where only some pages are wanted.
const STEP: usize = 1 << 13;

/// Most headers are shorter.
const HEADER: usize = 256;

/// The longest header: those hold bounds.
const LONGEST_HEADER: usize = 1 << 24;

/// What is read in one go where all of it is wanted: of files that are elsewhere much, of others, from where it costs
/// little to read again, what stays in a processor's cache until it is unpacked.
const MOST: usize = 1 << 24;
const NEAR: usize = 1 << 16;

/// A page as it lies in the file.
pub struct Page {
    /// Its header.
    pub header: Header,
    /// The first of its rows, counted in the row group; of dictionaries 0.
    pub row: usize,
    body: Range<u64>,
}

/// A column chunk being read.
pub struct Walk<'a> {
    file: &'a OpenFile,
    compression: Compression,
    at: u64,
    end: u64,
    /// The rows before `at`.
    row: usize,
    rows: usize,
    /// Where pages with rows are, if the file tells.
    places: Option<&'a [PageLocation]>,
    /// What was read last, where it begins, and how much it is.
    window: Spare,
    start: u64,
    held: usize,
    step: usize,
}

impl<'a> Walk<'a> {
    /// The pages of a chunk of a row group with so many rows. `whole`: all of them will be read.
    ///
    /// # Errors
    /// `Corrupt` if the chunk lies outside of the file.
    pub fn new(
        file: &'a OpenFile,
        chunk: &ColumnChunkMetaData,
        rows: usize,
        places: Option<&'a [PageLocation]>,
        whole: bool,
    ) -> Result<Self> {
        let (start, size) = chunk.byte_range();
        let end = start.checked_add(size).filter(|end| *end <= file.size());
        let end = end.ok_or_else(|| damaged("a column chunk outside of the file"))?;
        let most = if file.is_elsewhere() { MOST } else { NEAR };
        let step = if whole { usize::try_from(size).unwrap_or(most).min(most) } else { STEP };
        Ok(Walk {
            file,
            compression: chunk.compression(),
            at: start,
            end,
            row: 0,
            rows,
            places,
            window: Spare::take(),
            start,
            held: 0,
            step,
        })
    }

    /// The next page that is a dictionary, or for which `wanted` says so of its rows.
    ///
    /// # Errors
    /// `Corrupt`, `Io`.
    pub fn next(&mut self, wanted: impl Fn(Range<usize>) -> bool) -> Result<Option<Page>> {
        loop {
            if self.row >= self.rows || !wanted(self.row..self.rows) {
                return Ok(None);
            }
            if let Some(places) = self.places
                && let Ok(place) = places.binary_search_by_key(&self.at, |place| place.offset as u64)
            {
                let first =
                    |place: &PageLocation| usize::try_from(place.first_row_index).unwrap_or(self.rows);
                let end = |place: usize| places.get(place + 1).map_or(self.rows, first);
                let next = (place..places.len()).find(|&place| wanted(first(&places[place])..end(place)));
                let Some(next) = next else { return Ok(None) };
                let (at, row) = (places[next].offset as u64, first(&places[next]));
                // Never back: pages that are told out of order would be read again and again.
                if at < self.at || row < self.row {
                    return Err(damaged("pages that are told out of order"));
                }
                (self.at, self.row) = (at, row);
            }
            if self.at >= self.end {
                return Err(damaged("a column chunk ends before its rows"));
            }
            let (header, length) = self.header()?;
            let body = self.at + length as u64..self.at + length as u64 + header.packed as u64;
            if body.end > self.end {
                return Err(damaged("a page that ends behind its column chunk"));
            }
            self.at = body.end;
            match header.kind {
                Kind::Other => {}
                Kind::Dictionary => return Ok(Some(Page { header, row: 0, body })),
                Kind::Data | Kind::Data2 { .. } => {
                    let row = self.row;
                    let end = row.checked_add(header.values).filter(|end| *end <= self.rows);
                    self.row = end.ok_or_else(|| damaged("more values than rows"))?;
                    if wanted(row..self.row) {
                        return Ok(Some(Page { header, row, body }));
                    }
                }
            }
        }
    }

    /// The rows of each page as far as headers tell, and the byte where it begins; what lies behind a header that cannot be
    /// read is as one page, and so is everything where the headers do not add up to the rows.
    pub fn outline(mut self) -> Vec<(Range<usize>, u64)> {
        let whole = vec![(0..self.rows, self.at)];
        let mut found = Vec::new();
        while self.row < self.rows {
            let (at, row) = (self.at, self.row);
            if at >= self.end {
                return whole;
            }
            let Ok((header, length)) = self.header() else {
                found.push((row..self.rows, at));
                return found;
            };
            if matches!(header.kind, Kind::Data | Kind::Data2 { .. }) {
                let Some(end) = row.checked_add(header.values).filter(|end| *end <= self.rows) else {
                    return whole;
                };
                self.row = end;
                found.push((row..end, at));
            }
            self.at += length as u64 + header.packed as u64;
            if self.at > self.end {
                // The page ends behind the chunk, and so does all that follows.
                found.push((self.row..self.rows, at + 1));
                break;
            }
        }
        found.retain(|(rows, _)| !rows.is_empty());
        found
    }

    /// The bytes of a page, unpacked into `out` in place of what was there; those of levels of the second kind come first.
    ///
    /// # Errors
    /// `Corrupt`, `Io`.
    pub fn read(&mut self, page: &Page, out: &mut Vec<u8>) -> Result<()> {
        let header = page.header;
        let compression = self.compression;
        let packed = self.bytes(page.body.start, header.packed, self.step.max(header.packed + HEADER))?;
        if header.checksum.is_some_and(|checksum| checksum != codec::checksum(packed)) {
            return Err(damaged("a page of another checksum than its header says"));
        }
        match header.kind {
            Kind::Data2 { levels, compressed, .. } => {
                let plain = packed.get(..levels).filter(|_| levels <= header.unpacked);
                out.clear();
                out.extend_from_slice(plain.ok_or_else(|| damaged("levels longer than their page"))?);
                let compression = if compressed { compression } else { Compression::UNCOMPRESSED };
                codec::unpack(compression, &packed[levels..], header.unpacked - levels, out, levels)
            }
            _ => codec::unpack(compression, packed, header.unpacked, out, 0),
        }
    }

    fn header(&mut self) -> Result<(Header, usize)> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let mut size = HEADER;
        loop {
            let bytes = self.bytes(self.at, size.min(left), self.step)?;
            match thrift::header(bytes) {
                Ok(found) => return Ok(found),
                Err(Failure::Short) if size < left.min(LONGEST_HEADER) => size *= 16,
                Err(_) => return Err(damaged("a page without a header")),
            }
        }
    }

    /// Bytes of the chunk, from the window as far as they are there; else the window becomes one of at least `step` from
    /// them on, if there is so much.
    fn bytes(&mut self, at: u64, size: usize, step: usize) -> Result<&[u8]> {
        let inside = at.checked_sub(self.start).and_then(|before| usize::try_from(before).ok());
        let inside = inside.filter(|before| *before <= self.held);
        if let Some(before) = inside.filter(|before| self.held - *before >= size) {
            return Ok(&self.window[before..before + size]);
        }
        let left = usize::try_from(self.end - at).unwrap_or(usize::MAX);
        let count = size.max(step.min(left));
        if self.window.len() < count {
            self.window.resize(count, 0);
        }
        let known = inside.map_or(0, |before| {
            self.window.copy_within(before..self.held, 0);
            self.held - before
        });
        self.held = 0;
        self.file.read_at(&mut self.window[known..count], at + known as u64)?;
        (self.start, self.held) = (at, count);
        Ok(&self.window[..size])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Frame;
    use crate::error::ErrorKind;
    use crate::io::file::InputFile;
    use crate::io::objects::options::StorageOptions;
    use crate::io::parquet::{ParquetWriteOptions, create};
    use parquet::file::reader::{FileReader, SerializedFileReader};

    #[test]
    fn pages_told_out_of_order_are_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        let frame =
            Frame::builder().column("x", (0..1000i64).map(|i| i * i).collect::<Vec<_>>()).finish().unwrap();
        let options = ParquetWriteOptions { page_rows: Some(100), ..ParquetWriteOptions::default() };
        create(&path, frame.schema(), &options).unwrap().write(&frame).unwrap();
        let metadata = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let chunk = metadata.metadata().row_group(0).column(0);
        let file = InputFile::find(&path, &StorageOptions::default()).unwrap().open().unwrap();
        let rows = |places: Option<&[PageLocation]>, wanted: Range<usize>| -> Result<Vec<usize>> {
            let mut walk = Walk::new(&file, chunk, 1000, places, false)?;
            let mut found = Vec::new();
            while let Some(page) = walk.next(|rows| rows.start < wanted.end && wanted.start < rows.end)? {
                found.extend((page.header.kind != Kind::Dictionary).then_some(page.row));
                assert!(found.len() <= 1000, "pages are read again");
            }
            Ok(found)
        };
        let mut walk = Walk::new(&file, chunk, 1000, None, false).unwrap();
        let mut places = Vec::new();
        loop {
            let (offset, first_row_index) = (walk.at as i64, walk.row as i64);
            let Some(page) = walk.next(|_| true).unwrap() else { break };
            if page.header.kind != Kind::Dictionary {
                places.push(PageLocation { offset, compressed_page_size: 0, first_row_index });
            }
        }
        assert!(places.len() > 5);
        let last = places[places.len() - 1].first_row_index as usize;
        assert_eq!(rows(Some(&places[..]), last..1000).unwrap(), [last]);
        // Every two of them exchanged: what is found or an error, never without end.
        for one in 0..places.len() {
            for other in 0..one {
                let mut wrong = places.clone();
                wrong.swap(one, other);
                for wanted in [0..1, last..1000, 450..451] {
                    assert!(rows(Some(&wrong[..]), wanted).map_or(0, |found| found.len()) <= 10);
                }
            }
        }
        let back =
            PageLocation { offset: places[0].offset, compressed_page_size: 0, first_row_index: last as i64 };
        let wrong = [places[1].clone(), back];
        let mut walk = Walk::new(&file, chunk, 1000, Some(&wrong), false).unwrap();
        walk.at = places[1].offset as u64;
        assert_eq!(
            walk.next(|rows| rows.end > last).err().map(|error| error.kind()),
            Some(ErrorKind::Corrupt)
        );
    }
}
