//! Reads byte ranges of CSV files as batches; every range alone, record-safe.

use crate::data::{Batch, Column, DType};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::io::csv::build::builder;
use crate::io::csv::chunk::{Builder, Chunk};
use crate::io::csv::csv_file::{CsvFile, end_of};
use crate::io::csv::cursor::Cursor;
use crate::io::csv::infer::Guess;
use crate::io::csv::ranges::{First, Part, Ranges};
use crate::io::csv::records::{Index, unquote};
use crate::io::csv::table::{CsvColumn, CsvTable, Kind};
use crate::io::csv::virtuals::{OneText, RowNumbers};
use crate::io::rejects::{OnError, Reject};
use crate::kernels::padded::{PAD, Padded};
use crate::plan::{Flow, Scan, ScanRequest};
use arrow::array::BooleanArray;
use arrow::compute::filter;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Limits up to this many rows are found exactly before reading.
const SMALL_LIMIT: u64 = 1 << 20;

/// CSV files being read.
pub struct CsvScan {
    table: Arc<CsvTable>,
    projection: Vec<usize>,
    ranges: Ranges,
    batch_rows: usize,
}

impl CsvScan {
    /// Cuts the files into ranges.
    ///
    /// # Errors
    /// `Io`, and `Parse` for damage before a limit.
    pub fn new(table: Arc<CsvTable>, request: &ScanRequest) -> Result<Self> {
        // Where records are left out, their number says nothing of the number of rows.
        let exact = request.predicate.is_none() && !table.options.leaves_out();
        let pushed = request.limit.filter(|&limit| exact && limit <= SMALL_LIMIT);
        let mut left = match (table.options.n_rows, pushed) {
            (Some(rows), Some(limit)) => Some(rows.min(limit)),
            (rows, limit) => rows.or(limit),
        };
        let mut parts = Vec::new();
        for (file, one) in table.files.iter().enumerate() {
            let mut end = one.input.size();
            if let Some(left) = &mut left {
                end = end_of(one, left)?;
            }
            let data = end - one.start;
            let count = data.div_ceil(table.options.partition_bytes(data));
            let step = data.div_ceil(count.max(1));
            let place = |i: u64| one.start + (i * step).min(data);
            parts.extend((0..count).map(|i| Part::new(file, place(i)..place(i + 1))));
        }
        Ok(CsvScan {
            projection: request.projection.clone(),
            ranges: Ranges::new(table.clone(), parts),
            batch_rows: request.batch_rows.max(1),
            table,
        })
    }

    /// Number of records of the file before a part.
    fn rows_before(&self, partition: usize) -> Result<u64> {
        let mut rows = 0;
        let first = partition - self.ranges.before(partition).len();
        for earlier in first..partition {
            rows += self.records(earlier).map_err(|error| error.offset_row(rows))?;
        }
        Ok(rows)
    }

    /// Number of records of all files of the table before a part.
    fn all_rows_before(&self, partition: usize) -> Result<u64> {
        let mut rows = self.rows_before(partition)?;
        if let Some(place) = self.table.place.get() {
            rows += place.rows_before()?;
        }
        let mut first = partition - self.ranges.before(partition).len();
        while first > 0 {
            rows += self.rows_before(first - 1)? + self.records(first - 1)?;
            first = first - 1 - self.ranges.before(first - 1).len();
        }
        Ok(rows)
    }

    /// Number of records that start in a part.
    fn records(&self, partition: usize) -> Result<u64> {
        match self.ranges.parts[partition].records.get() {
            Some(records) => Ok(*records),
            None => {
                let records = self.count(partition)?;
                Ok(*self.ranges.parts[partition].records.get_or_init(|| records))
            }
        }
    }

    fn count(&self, partition: usize) -> Result<u64> {
        let part = &self.ranges.parts[partition];
        let one = self.ranges.file(part);
        let file = one.input.open()?;
        let Some(first) = self.ranges.first(partition, &file)? else { return Ok(0) };
        let mut cursor = Cursor::new(&file, &one.layout, first, part.end, self.ranges.buffer());
        let mut index = Index::default();
        while cursor.next(&mut index, usize::MAX)? {}
        let records = cursor.records();
        self.ranges.keep(cursor.into_buffer());
        Ok(records)
    }

    /// Rows of an error raised within a part counted from the file's start.
    fn located(&self, partition: usize, error: Error) -> Error {
        match (error.row_number(), self.rows_before(partition)) {
            (None, _) => error,
            (Some(_), Ok(rows)) => error.offset_row(rows),
            // Damage before the part is the first error of the file.
            (Some(_), Err(earlier)) => earlier,
        }
    }

    fn parse(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        let file = self.ranges.file(&self.ranges.parts[partition]).input.open()?;
        if self.may_guess()
            && let Some(first) = self.ranges.likely_first(partition, &file)?
            && self.parse_from(First { partition, file: &file, at: first, certain: false }, emit)?
        {
            return Ok(());
        }
        match self.ranges.first(partition, &file)? {
            Some(at) => {
                self.parse_from(First { partition, file: &file, at, certain: true }, emit).map(|_| ())
            }
            None => Ok(()),
        }
    }

    /// Whether a part may be begun before it is certain where: nothing is told of its records until then, and none of its
    /// columns counts those before.
    fn may_guess(&self) -> bool {
        let tells = [self.table.options.on_error, self.table.options.ragged()].contains(&OnError::Quarantine);
        let columns = &self.table.columns;
        !tells && self.read_columns().iter().all(|column| columns[*column].kind != Kind::RowIndex)
    }

    /// Reads a part from its first record on; false, and nothing is emitted or raised, if it was taken for another.
    fn parse_from(&self, mut first: First<'_>, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<bool> {
        let (partition, file) = (first.partition, first.file);
        let part = &self.ranges.parts[partition];
        let one = self.ranges.file(part);
        let mut cursor = Cursor::new(file, &one.layout, first.at, part.end, self.ranges.buffer());
        let mut builders: Vec<Box<dyn Builder>> = Vec::with_capacity(self.projection.len());
        let read = self.read_columns();
        let told = Arc::new(self.table.words.told());
        for &position in &read {
            let column = &self.table.columns[position];
            builders.push(match column.kind {
                Kind::Field => {
                    let words = if column.guess.is_some() { &self.table.words } else { &told };
                    let dictionary = column.dictionary.as_ref();
                    builder(&column.dtype, &column.nulls, words, dictionary, column.form.as_ref())?
                }
                Kind::RowIndex => Box::new(RowNumbers::new(self.all_rows_before(partition)?)),
                Kind::FilePath => Box::new(OneText::new(column.dictionary.as_ref(), &one.layout.name)?),
            });
        }
        let mut index = Index::default();
        let (mut wrong, mut left_out) = (Vec::new(), Vec::new());
        let mut pending = 0;
        loop {
            let before = cursor.records();
            let more = cursor.next(&mut index, self.batch_rows - pending);
            if more.is_err() && !first.holds(&self.ranges)? {
                return Ok(false);
            }
            if !more.map_err(|error| self.located(partition, error))? {
                break;
            }
            let text = Padded::new(cursor.chunk());
            if text.is_none() && !first.holds(&self.ranges)? {
                return Ok(false);
            }
            let text = text.ok_or_else(|| {
                let (error, at) = self.not_utf8(cursor.chunk(), &index, one);
                self.located(partition, error.offset_row(before).byte(cursor.byte(at)))
            })?;
            if before == 0 {
                // A little more than the rows to come, if they are as long as these.
                let read = cursor.chunk().len() as u64;
                let rows = index.records() as u64 * (part.end.saturating_sub(first.at) + read) / read;
                let rows = usize::try_from(rows + rows / 16).unwrap_or(usize::MAX).min(self.batch_rows);
                builders.iter_mut().for_each(|builder| builder.reserve(rows));
            }
            let chunk = Chunk { text, index: &index };
            for (builder, &position) in builders.iter_mut().zip(&read) {
                wrong.clear();
                builder.append(&chunk, one.fields[position], &mut wrong);
                let Some(&record) = wrong.first() else { continue };
                if !first.holds(&self.ranges)? {
                    return Ok(false);
                }
                let on_error = self.table.options.on_error;
                if on_error == OnError::Raise || self.table.columns[position].guess.is_some() {
                    let error = self.wrong(&chunk, record, one, position).row(before + index.row(record));
                    return Err(self.located(partition, error));
                }
                if on_error == OnError::Quarantine {
                    for &record in &wrong {
                        let error = self.wrong(&chunk, record, one, position);
                        let at = cursor.byte(index.field(record, one.fields[position]).0);
                        self.reject(partition, before + index.row(record), at, error)?;
                    }
                }
                if on_error.leaves_out() {
                    left_out.extend(wrong.iter().map(|record| pending + record));
                }
            }
            if self.table.options.ragged() == OnError::Quarantine {
                self.reject_ragged(partition, &index, &cursor, before)?;
            }
            pending += index.records();
            if pending >= self.batch_rows {
                if !first.holds(&self.ranges)? {
                    return Ok(false);
                }
                let rows = batch(&mut builders, self.projection.len(), pending, &mut left_out)?;
                if emit(rows)? == Flow::Stop {
                    return Ok(true);
                }
                pending = 0;
            }
        }
        if !first.holds(&self.ranges)? {
            return Ok(false);
        }
        let _ = part.records.set(cursor.records());
        self.ranges.ends(partition, cursor.position());
        self.ranges.keep(cursor.into_buffer());
        if pending > 0 {
            emit(batch(&mut builders, self.projection.len(), pending, &mut left_out)?)?;
        }
        Ok(true)
    }

    /// The error of a value that is not of its column's type.
    fn wrong(&self, chunk: &Chunk<'_>, record: usize, file: &CsvFile, position: usize) -> Error {
        let (start, end) = chunk.index.field(record, file.fields[position]);
        let raw = chunk.text.str(start, end);
        let mut scratch = String::new();
        let value = match file.layout.dialect.quote {
            Some(quote) => unquote(raw, quote, &mut scratch),
            None => raw,
        };
        let column = &self.table.columns[position];
        let name = self.table.schema.fields()[position].name.as_ref();
        let error = Error::new(ErrorKind::Parse, format!("this is no {}", column.dtype))
            .file(file.layout.name.as_str())
            .column(name)
            .value(value);
        if column.guess.is_none() {
            return error;
        }
        self.table.contradicted.store(true, Ordering::Release);
        let advice = Guess::advice(&column.dtype, value, &self.table.words);
        error.hint(format!("the type was guessed from a sample; pass dtypes={{{name:?}: \"{advice}\"}}"))
    }

    /// The columns wanted, and those that decide which records are left out, whatever is wanted.
    fn read_columns(&self) -> Vec<usize> {
        let mut read = self.projection.clone();
        if self.table.options.on_error.leaves_out() {
            let decides = |column: &CsvColumn| {
                column.kind == Kind::Field && column.guess.is_none() && column.dtype != DType::String
            };
            let columns = self.table.columns.iter().enumerate();
            let others =
                columns.filter(|(position, column)| decides(column) && !self.projection.contains(position));
            read.extend(others.map(|(position, _)| position));
        }
        read
    }

    /// Keeps a record aside: the error says why.
    fn reject(&self, partition: usize, row: u64, byte: u64, error: Error) -> Result<()> {
        let part = &self.ranges.parts[partition];
        let reject = Reject {
            file: self.ranges.file(part).layout.name.clone(),
            row: self.rows_before(partition)? + row,
            column: error.column_name().map(str::to_owned),
            text: error.offending_value().unwrap_or_default().to_owned(),
            reason: error.message().to_owned(),
        };
        self.table.rejects.keep(part.file, byte, reject);
        Ok(())
    }

    /// Keeps the records of another number of fields aside.
    fn reject_ragged(&self, partition: usize, index: &Index, cursor: &Cursor<'_>, before: u64) -> Result<()> {
        for (place, left_out) in index.left_out().iter().enumerate() {
            let wanted = index.fields();
            let text = &cursor.chunk()[left_out.start..left_out.end];
            let reason = format!("{wanted} fields expected, {} found", left_out.found);
            let error = Error::new(ErrorKind::Parse, reason).value(String::from_utf8_lossy(text));
            let row = before + (left_out.record + place) as u64;
            self.reject(partition, row, cursor.byte(left_out.start), error)?;
        }
        Ok(())
    }

    /// The error of bytes that are not UTF-8 (row within the chunk), and where they are.
    fn not_utf8(&self, bytes: &[u8], index: &Index, file: &CsvFile) -> (Error, usize) {
        let text = &bytes[PAD..bytes.len() - PAD];
        let at = PAD + std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len);
        let error = Error::new(ErrorKind::Parse, "this is not UTF-8")
            .file(file.layout.name.as_str())
            .hint("convert the file to UTF-8 first");
        for record in 0..index.records() {
            for field in 0..index.fields() {
                let (start, end) = index.field(record, field);
                if (start..end).contains(&at) {
                    let error = error.row(record as u64).value(String::from_utf8_lossy(&bytes[start..end]));
                    let position = file.fields.iter().position(|&other| other == field);
                    let name = position.map(|position| self.table.schema.fields()[position].name.clone());
                    return match name {
                        Some(name) => (error.column(name.as_ref()), at),
                        None => (error, at),
                    };
                }
            }
        }
        (error, at)
    }
}

/// The rows so far, but for those left out; of the first columns, which are wanted.
fn batch(
    builders: &mut [Box<dyn Builder>],
    wanted: usize,
    rows: usize,
    left_out: &mut Vec<usize>,
) -> Result<Batch> {
    let mut columns: Vec<Column> = builders.iter_mut().map(|builder| builder.finish()).all_ok()?;
    columns.truncate(wanted);
    if left_out.is_empty() {
        return Batch::new(columns, rows);
    }
    let mut kept = vec![true; rows];
    left_out.drain(..).for_each(|row| kept[row] = false);
    let kept = BooleanArray::from(kept);
    for column in &mut columns {
        *column = Column::from_held(filter(column.array(), &kept)?);
    }
    Batch::new(columns, kept.true_count())
}

impl Scan for CsvScan {
    fn partitions(&self) -> usize {
        self.ranges.parts.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        // What `emit` raises is an error of what is done with the rows, not of reading them.
        let mut raised = false;
        let mut emit = |batch| emit(batch).inspect_err(|_| raised = true);
        let result = self.parse(partition, &mut emit);
        result.map_err(|error| if raised { error } else { error.operation("read_csv") })
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        self.rows_before(partition).ok()
    }
}
