//! Columns that are read without the `parquet` crate, and what reading makes of text.

use crate::data::{Column, strings};
use crate::error::{Error, Result};
use crate::io::dictionary::Dictionary;
use crate::io::file::OpenFile;
use crate::io::guard::guarded;
use crate::io::parquet::chunk::codec;
use crate::io::parquet::chunk::column::{self, Leaf};
use crate::io::parquet::chunk::nested::{self, Part};
use crate::io::parquet::chunk::shape::Shape;
use crate::io::parquet::chunk::text::Coding;
use crate::io::parquet::chunk::walk::Walk;
use crate::io::parquet::reader::{Rows, in_group, is_coded, read as read_by_crate};
use crate::io::parquet::table::{ParquetFile, ParquetTable};
use crate::io::translation::Translation;
use crate::kernels::lookup::coded as coded_by;
use arrow::array::{Array, ArrayRef, DictionaryArray, MutableArrayData, make_array};
use arrow::compute::{cast, filter};
use arrow::datatypes::{DataType, UInt32Type};
use parquet::file::page_index::offset_index::PageLocation;
use std::ops::Range;
use std::sync::Arc;

/// The most entries of a leaf of a nested column in a row group that are read here: their levels are held.
const MOST_ENTRIES: usize = 1 << 25;

/// Of nested columns fewer than one of so many rows are found by the index of pages.
const FEW: usize = 8;

/// The type that a column is read as: text and bytes as views.
fn target(arrow: &DataType) -> &DataType {
    match arrow {
        DataType::Utf8 | DataType::LargeUtf8 => &DataType::Utf8View,
        DataType::Dictionary(_, values) => target(values),
        other => other,
    }
}

/// Whether a column of a row group is one that [`read`] reads, unless its pages are encoded in rare ways.
pub fn reads(file: &ParquetFile, group: usize, column: usize) -> bool {
    match leaf(file, group, column, 0) {
        Some((leaf, _)) => column::values(&leaf, None).is_some(),
        None => nested(file, group, column).is_some(),
    }
}

/// The shape of a nested column of a row group, its first leaf and how many there are.
fn nested(file: &ParquetFile, group: usize, column: usize) -> Option<(Shape, usize, usize)> {
    let arrow = file.arrow.field(file.roots[column]).data_type();
    let first = file.leaf(column).filter(|_| arrow.is_nested())?;
    let schema = file.metadata.file_metadata().schema_descr();
    let (shape, count) = Shape::new(schema.get_column_root(first), arrow, &|values| target(values).clone())?;
    let chunks = file.metadata.row_group(group).columns().get(first..first + count)?;
    let known = chunks.iter().all(|chunk| {
        let entries = usize::try_from(chunk.num_values()).unwrap_or(usize::MAX);
        entries <= MOST_ENTRIES && codec::knows(chunk.compression()) && chunk.file_path().is_none()
    });
    known.then_some((shape, first, count))
}

/// Rows of a nested column; `None` if they are not read here: few of many, of which the file tells where they are.
fn read_nested(
    table: &ParquetTable,
    file: &ParquetFile,
    opened: &OpenFile,
    rows: &Rows,
    column: usize,
) -> Result<Option<Column>> {
    let Some((shape, first, count)) = nested(file, rows.group, column) else { return Ok(None) };
    let (Some(begin), Some(end)) = (rows.ranges.first(), rows.ranges.last()) else { return Ok(None) };
    let part = Part { total: rows.total, wanted: begin.start..end.end };
    let index = || file.indexed().page_index()?.offset_index(rows.group, first);
    if rows.count() * FEW < rows.total && index().is_some_and(|index| index.page_locations().len() > 1) {
        return Ok(None);
    }
    let chunks = &file.metadata.row_group(rows.group).columns()[first..first + count];
    let mut parts = Vec::with_capacity(count);
    shape.leaves(&mut |leaf, physical, to, shape| parts.push((leaf, physical, to, shape)));
    let array = guarded(&file.input, || -> Result<Option<ArrayRef>> {
        let mut leaves = Vec::with_capacity(count);
        for (leaf, physical, to, shape) in parts {
            let entries = usize::try_from(chunks[leaf].num_values()).unwrap_or(0);
            let walk = Walk::new(opened, &chunks[leaf], entries, None, true)?;
            let Some(read) = nested::read(walk, entries, (physical, to, shape), &part)? else {
                return Ok(None);
            };
            leaves.push(read);
        }
        let array = nested::assembled(&shape, &leaves)?;
        if rows.count() == part.wanted.len() {
            return Ok(Some(array));
        }
        let data = array.to_data();
        let mut kept = MutableArrayData::new(vec![&data], false, rows.count());
        for range in &rows.ranges {
            kept.try_extend(0, range.start - part.wanted.start, range.end - part.wanted.start)?;
        }
        Ok(Some(make_array(kept.freeze())))
    });
    let name = || table.schema.fields()[column].name.to_string();
    let array = array.map_err(|error| in_group(error, file, rows.group).column(name()))?;
    array.map(Column::new).transpose()
}

/// The rows of each page of a column of a row group, and the byte where it begins, as far as that can be known of a file
/// that may be damaged; else all rows are as of one page.
pub fn pages(file: &ParquetFile, opened: &OpenFile, group: usize, column: usize) -> Vec<(Range<usize>, u64)> {
    let metadata = file.metadata.row_group(group);
    let total = usize::try_from(metadata.num_rows()).unwrap_or(0);
    let found = guarded(&file.input, || {
        let Some(place) = file.leaf(column) else { return Ok(None) };
        let chunk = metadata.column(place);
        let descr = chunk.column_descr();
        if descr.max_rep_level() > 0 || descr.path().parts().len() > 1 {
            return Ok(Some(vec![(0..total, chunk.byte_range().0)]));
        }
        let index = file.indexed().page_index().and_then(|index| index.offset_index(group, place));
        if let Some(index) = index {
            let first = |page: &PageLocation| usize::try_from(page.first_row_index).unwrap_or(usize::MAX);
            let pages = index.page_locations();
            let starts: Vec<usize> = pages.iter().map(first).chain([total]).collect();
            if starts.first() == Some(&0) && starts.is_sorted_by(|one, other| one < other) {
                let rows = starts.windows(2).map(|two| two[0]..two[1]);
                return Ok(Some(rows.zip(pages).map(|(rows, page)| (rows, page.offset as u64)).collect()));
            }
        }
        Ok::<_, Error>(match leaf(file, group, column, 0).and_then(|(leaf, _)| column::values(&leaf, None)) {
            Some(_) => Some(Walk::new(opened, chunk, total, None, false)?.outline()),
            None => Some(vec![(0..total, chunk.byte_range().0)]),
        })
    });
    found.ok().flatten().unwrap_or_else(|| vec![(0..total, 0)])
}

fn leaf<'a>(file: &'a ParquetFile, group: usize, column: usize, wanted: usize) -> Option<(Leaf<'a>, usize)> {
    let place = file.leaf(column)?;
    let chunk = file.metadata.row_group(group).column(place);
    let descr = chunk.column_descr();
    let flat = descr.max_rep_level() == 0 && descr.max_def_level() <= 1 && descr.path().parts().len() == 1;
    let to = target(file.arrow.field(file.roots[column]).data_type());
    (flat && codec::knows(chunk.compression()) && chunk.file_path().is_none()).then(|| {
        (Leaf { physical: chunk.column_type(), nullable: descr.max_def_level() == 1, to, wanted }, place)
    })
}

/// How text of a column is read that is wholly held with a dictionary in a row group.
pub fn coding<'a>(
    table: &'a ParquetTable,
    file: &ParquetFile,
    group: usize,
    column: usize,
) -> Option<Coding<'a>> {
    let find = move || Ok(table.dictionary(column)?.map(Translation::new));
    is_coded(table, file, group, column).then(|| Coding { find: Box::new(find), always: false })
}

/// Rows of a column, text by this coding; `None` if it is not read here.
///
/// # Errors
/// `Corrupt` naming file, row group and column; `Io`.
pub fn read(
    table: &ParquetTable,
    file: &ParquetFile,
    opened: &OpenFile,
    rows: &Rows,
    column: usize,
    coding: Option<Coding<'_>>,
) -> Result<Option<Column>> {
    let wanted = rows.count();
    let Some((leaf, place)) = leaf(file, rows.group, column, wanted) else {
        return read_nested(table, file, opened, rows, column);
    };
    let Some(values) = column::values(&leaf, coding) else { return Ok(None) };
    let whole = wanted == rows.total;
    let index = if whole { None } else { file.indexed().page_index() };
    let index = index.and_then(|index| index.offset_index(rows.group, place));
    let places = index.map(|index| index.page_locations().as_slice());
    let chunk = file.metadata.row_group(rows.group).column(place);
    let array = guarded(&file.input, || {
        let walk = Walk::new(opened, chunk, rows.total, places, wanted * 2 > rows.total)?;
        column::read(walk, &leaf, &rows.ranges, values)
    });
    let name = || table.schema.fields()[column].name.to_string();
    let array = array.map_err(|error| in_group(error, file, rows.group).column(name()))?;
    array
        .map(|array| match strings::coded(&array) {
            Some(_) => Ok(Column::from_held(array)),
            None => Column::new(array),
        })
        .transpose()
}

/// A column of an array that the crate has read; codes become those of the table's dictionary.
///
/// # Errors
/// `Unsupported` for types without a counterpart, `Internal` for what is no codes.
pub fn held(array: ArrayRef, dictionary: Option<Arc<Dictionary>>, rows: usize) -> Result<Column> {
    match dictionary {
        Some(dictionary) => Ok(Column::from_held(codes(&array, &mut Translation::new(dictionary), rows)?)),
        None => Column::new(array),
    }
}

/// Codes of the row group as codes of the table; views, if there are about as many texts as rows.
fn codes(array: &ArrayRef, translation: &mut Translation, rows: usize) -> Result<ArrayRef> {
    let coded = array
        .as_any()
        .downcast_ref::<DictionaryArray<UInt32Type>>()
        .ok_or_else(|| Error::internal("the Parquet reader returned no codes"))?;
    if coded.values().len() * 2 > rows {
        return Ok(cast(array, &DataType::Utf8View)?);
    }
    let keys = match translation.of(coded.values())? {
        None => coded.keys().clone(),
        Some(map) => coded.keys().unary(|key| map.get(key as usize).copied().unwrap_or(0)),
    };
    coded_by(keys, translation.dictionary()?)
}

impl ParquetTable {
    /// The texts of the first row group that holds the column with a dictionary: all codes start with them.
    ///
    /// # Errors
    /// As [`read`].
    pub fn dictionary(&self, column: usize) -> Result<Option<Arc<Dictionary>>> {
        let found = self.dictionaries[column].get_or_init(|| {
            for file in &self.files {
                for group in 0..file.metadata.num_row_groups() {
                    let rows = file.metadata.row_group(group).num_rows();
                    if rows > 0 && is_coded(self, file, group, column) {
                        return first_dictionary(file, group, column).map(Some);
                    }
                }
            }
            Ok(None)
        });
        found.clone()
    }
}

fn first_dictionary(file: &ParquetFile, group: usize, column: usize) -> Result<Arc<Dictionary>> {
    let Some(values) = group_dictionary(file, group, column, true)? else { return Ok(Dictionary::new([])) };
    let values = cast(&values, &DataType::Utf8View)?;
    Ok(Dictionary::new(strings::views(&values)?.iter().flatten()))
}

/// The dictionary of a column in a row group, where all pages use it (`coded`), or else the texts that its rows have.
///
/// # Errors
/// As [`read`].
pub fn group_dictionary(
    file: &ParquetFile,
    group: usize,
    column: usize,
    coded: bool,
) -> Result<Option<ArrayRef>> {
    if coded
        && let Some((leaf, place)) = leaf(file, group, column, 0)
        && column::values(&leaf, None).is_some()
    {
        let chunk = file.metadata.row_group(group);
        let total = usize::try_from(chunk.num_rows()).unwrap_or(0);
        let opened = file.input.open()?;
        let found = guarded(&file.input, || {
            column::dictionary(Walk::new(&opened, chunk.column(place), total, None, false)?)
        });
        let name = || file.arrow.field(file.roots[column]).name().to_string();
        if let Some(found) = found.map_err(|error| in_group(error, file, group).column(name()))? {
            return Ok(Some(found));
        }
    }
    let total = usize::try_from(file.metadata.row_group(group).num_rows()).unwrap_or(0);
    let first = 0..if coded { total.min(1) } else { total };
    let read = read_by_crate(file, &Rows::new(group, total, vec![first]), &[column], &[true])?;
    let codes = read.first().and_then(|array| array.as_any().downcast_ref::<DictionaryArray<UInt32Type>>());
    match codes {
        // Of plain pages the crate makes a dictionary with an empty text for the rows that are null.
        Some(codes) if !coded => {
            filter(codes.values(), &codes.occupancy().into()).map(Some).map_err(Error::from)
        }
        codes => Ok(codes.map(|codes| codes.values().clone())),
    }
}
