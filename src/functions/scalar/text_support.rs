//! What functions of text share: the loops from text to text, to numbers, to lists and to structs, each written once.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::{Args, Params, Signature, interrupt};
use crate::functions::scalar::support::{Texts, text};
use crate::functions::scalar::text_pattern::Pattern;
use crate::kernels::map::collect_some;
use crate::kernels::views::ViewWriter;
use arrow::array::{Array, ArrayRef, Int64Array, ListArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Float64Type};
use std::sync::Arc;

/// Text in all arguments, text out.
///
/// # Errors
/// `Type` for anything but text.
pub fn texts_in(types: &[DType], output: DType) -> Result<Signature> {
    Ok(Signature::new(types.iter().map(text).collect::<Result<Vec<_>>>()?, output))
}

/// The typing of functions from text to text.
///
/// # Errors
/// `Type` for anything but text.
pub fn text_to_text(types: &[DType], _: &Params) -> Result<Signature> {
    texts_in(types, DType::String)
}

/// A list of texts.
pub fn text_list() -> DType {
    DType::List(Box::new(DType::String))
}

/// A text for every text, appended by `f`; where it says false the result is null.
///
/// # Errors
/// As `f`, naming the row and its text.
pub fn map_texts(
    args: &Args<'_>,
    f: &mut dyn FnMut(usize, &str, &mut String) -> Result<bool>,
) -> Result<ArrayRef> {
    let texts = Texts::new(args, 0)?;
    let mut column = TextColumn::with_capacity(args.rows());
    for row in 0..args.rows() {
        match texts.get(row) {
            Some(text) => column.write(|out| f(row, text, out)).map_err(|error| at(error, row, text))?,
            None => column.push(None),
        }
    }
    column.finish()
}

/// An integer for every text, or null.
///
/// # Errors
/// As `f`, naming the row and its text.
pub fn count_texts(
    args: &Args<'_>,
    f: &mut dyn FnMut(usize, &str) -> Result<Option<i64>>,
) -> Result<ArrayRef> {
    let texts = Texts::new(args, 0)?;
    let mut values: Vec<Option<i64>> = Vec::with_capacity(args.rows());
    for row in 0..args.rows() {
        values.push(match texts.get(row) {
            Some(text) => f(row, text).map_err(|error| at(error, row, text))?,
            None => None,
        });
    }
    Ok(Arc::new(Int64Array::from(values)))
}

/// A number for every pair of texts; null where either is.
///
/// # Errors
/// `Internal` if an argument is no text.
pub fn measure_texts(args: &Args<'_>, f: &dyn Fn(&str, &str) -> f64) -> Result<ArrayRef> {
    let (left, right) = (Texts::new(args, 0)?, Texts::new(args, 1)?);
    Ok(Arc::new(collect_some::<Float64Type>(args.rows(), &mut |row| {
        Some(f(left.get(row)?, right.get(row)?))
    })))
}

/// A list of texts for every text.
///
/// # Errors
/// As `f`, naming the row and its text.
pub fn list_texts(
    args: &Args<'_>,
    f: &mut dyn FnMut(usize, &str, &mut TextColumn) -> Result<()>,
) -> Result<ArrayRef> {
    let texts = Texts::new(args, 0)?;
    let mut items = TextColumn::with_capacity(args.rows());
    let mut ends: Vec<i32> = Vec::with_capacity(args.rows() + 1);
    ends.push(0);
    for row in 0..args.rows() {
        if let Some(text) = texts.get(row) {
            f(row, text, &mut items).map_err(|error| at(error, row, text))?;
        }
        let end = i32::try_from(items.len()).map_err(|_| Error::unsupported("lists of 2^31 items in all"))?;
        ends.push(end);
    }
    list_of(items.finish()?, ends, None)
}

/// Lists of these items, each ending where the next begins.
///
/// # Errors
/// `Internal` if the ends do not ascend.
pub fn list_of(items: ArrayRef, ends: Vec<i32>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    let DataType::List(field) = DType::List(Box::new(DType::from_arrow(items.data_type())?)).to_arrow()
    else {
        return Err(Error::internal("a list that is none"));
    };
    let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
    Ok(Arc::new(ListArray::try_new(field, offsets, items, nulls)?))
}

/// What pushes one value to every field, given a row and its text.
pub type Fields<'a> = dyn FnMut(usize, &str, &mut [TextColumn]) -> Result<()> + 'a;

/// A struct of texts for every text; `f` pushes one value to every column.
///
/// # Errors
/// As `f`, naming the row and its text.
pub fn struct_texts(args: &Args<'_>, f: &mut Fields<'_>) -> Result<ArrayRef> {
    let DataType::Struct(fields) = args.output().to_arrow() else {
        return Err(Error::internal("a struct that is none"));
    };
    let texts = Texts::new(args, 0)?;
    let mut columns: Vec<TextColumn> =
        fields.iter().map(|_| TextColumn::with_capacity(args.rows())).collect();
    for row in 0..args.rows() {
        match texts.get(row) {
            Some(text) => f(row, text, &mut columns).map_err(|error| at(error, row, text))?,
            None => columns.iter_mut().for_each(|column| column.push(None)),
        }
    }
    let columns = columns.into_iter().map(TextColumn::finish).collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(StructArray::try_new_with_length(fields, columns, None, args.rows())?))
}

/// An error of a row and its text; what stops the work is of no row.
pub fn at(error: Error, row: usize, text: &str) -> Error {
    if error.is_stop() {
        return error;
    }
    let error = error.row(row as u64);
    if error.offending_value().is_some() { error } else { error.value(text) }
}

/// Appends a text so many times, a short one several times at once.
pub fn push_repeated(out: &mut String, text: &str, times: usize) {
    const BLOCK: usize = 256;
    out.reserve(text.len() * times);
    let each = BLOCK / text.len().max(1);
    let rest = match !text.is_empty() && each > 1 && times > each {
        true => {
            let block = text.repeat(each);
            (0..times / each).for_each(|_| out.push_str(&block));
            times % each
        }
        false => times,
    };
    (0..rest).for_each(|_| out.push_str(text));
}

/// Bytes of text that are made between two looks at whether the work shall stop.
const STRETCH: usize = 1 << 24;

/// Fails where a text that is made of many parts may not grow on; `start` is where it begins, `asked` how long it was when
/// that was asked last.
///
/// # Errors
/// `Unsupported` beyond 2 GiB; `Cancelled`, `MemoryLimit`.
pub fn may_grow(out: &str, start: usize, asked: &mut usize) -> Result<()> {
    let written = out.len() - start;
    if written - *asked < STRETCH {
        return Ok(());
    }
    if written > i32::MAX as usize {
        return Err(Error::unsupported("a single text of 2 GiB or more"));
    }
    *asked = written;
    interrupt::room(STRETCH)
}

/// Texts that may be null, row by row.
pub struct TextColumn {
    writer: ViewWriter,
    valid: Vec<bool>,
    nulls: bool,
    /// Bytes written since the last look.
    written: usize,
}

impl TextColumn {
    /// A column with room for so many rows.
    pub fn with_capacity(rows: usize) -> Self {
        TextColumn {
            writer: ViewWriter::with_capacity(rows, 0),
            valid: Vec::with_capacity(rows),
            nulls: false,
            written: 0,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.valid.len()
    }

    /// Whether there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.valid.is_empty()
    }

    /// Adds a row.
    pub fn push(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.writer.push(text),
            None => self.writer.skip(),
        }
        self.nulls |= text.is_none();
        self.valid.push(text.is_some());
    }

    /// Adds the row that `f` appends; where it says false, null.
    ///
    /// # Errors
    /// As `f`; `Cancelled` and `MemoryLimit`, for a batch can become many times as long as it was.
    pub fn write(&mut self, f: impl FnOnce(&mut String) -> Result<bool>) -> Result<()> {
        let (mut answer, mut written) = (Ok(true), 0);
        self.writer.write(|out| {
            let before = out.len();
            answer = f(out);
            written = out.len() - before;
        });
        let valid = answer?;
        self.written += written;
        if self.written >= STRETCH {
            interrupt::check()?;
            self.written = 0;
        }
        self.nulls |= !valid;
        self.valid.push(valid);
        Ok(())
    }

    /// The column.
    ///
    /// # Errors
    /// `Unsupported` for a text beyond 2 GiB.
    pub fn finish(self) -> Result<ArrayRef> {
        self.writer.finish(self.nulls.then(|| NullBuffer::from(self.valid)))
    }
}

/// The regular expressions of a column of patterns: one is compiled when it differs from the row before.
#[derive(Default)]
pub struct Patterns {
    last: Option<(String, Pattern)>,
}

impl Patterns {
    /// The compiled pattern.
    ///
    /// # Errors
    /// `InvalidArgument` showing what is wrong with the pattern.
    pub fn get(&mut self, pattern: &str, params: &Params) -> Result<&Pattern> {
        if self.last.as_ref().is_none_or(|(source, _)| source != pattern) {
            self.last = Some((pattern.to_owned(), Pattern::compile(pattern, params)?));
        }
        match &self.last {
            Some((_, pattern)) => Ok(pattern),
            None => Err(Error::internal("a pattern that was not kept")),
        }
    }
}

/// A constant that must be text of one character.
///
/// # Errors
/// `InvalidArgument` naming the constant.
pub fn one_character(params: &Params, name: &str) -> Result<char> {
    let given = params.str(name)?;
    let mut characters = given.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(character),
        _ => Err(Error::invalid(format!("{name} must be one character, not {given:?}"))),
    }
}

/// A constant that must be a whole number of at least 0.
///
/// # Errors
/// `InvalidArgument` naming the constant.
pub fn size(params: &Params, name: &str) -> Result<usize> {
    let given = params.int(name)?;
    usize::try_from(given).map_err(|_| Error::invalid(format!("{name} must not be negative, it is {given}")))
}

/// A constant that may be missing.
///
/// # Errors
/// `InvalidArgument` naming the constant.
pub fn optional_int(params: &Params, name: &str) -> Result<Option<i64>> {
    if params.get(name).is_null() { Ok(None) } else { params.int(name).map(Some) }
}
