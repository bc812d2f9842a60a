//! Writes JSON: an object per row, on lines of their own or in one array.

use crate::data::{Batch, Column, DType, Schema, dispatch, strings};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::io::compressed::{Packed, inner_name, nothing, packed};
use crate::io::json::options::{EXTENSIONS, JsonWriteOptions};
use crate::io::output::{BytesOutput, OutputFile, Target};
use crate::io::partitioned;
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::plan::target::{Encoded, Encoder, Writer};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast as arrow_cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use std::path::Path;
use std::sync::Arc;

/// Appends the value of a row.
type Cell = Box<dyn Fn(usize, &mut Vec<u8>)>;

/// Starts a JSON file. Null and NaN are `null`; dates and times are text in ISO form, decimals numbers with all digits.
///
/// # Errors
/// `InvalidArgument` for a table without columns; `Io`. Writing raises `Unsupported` for bytes, and `InvalidArgument` for
/// infinite numbers, which JSON does not have.
pub fn create(path: &Path, schema: &Schema, options: &JsonWriteOptions) -> Result<Writer> {
    let own = options.clone();
    let start = move |target: &Target, schema: &Schema| {
        start(target, schema, &own).map_err(|error| error.operation("write_json"))
    };
    // Of the extensions, that of lines: parts of an array would not be read in parallel.
    partitioned::create(
        path,
        schema,
        &options.folder,
        &options.storage,
        &EXTENSIONS[1..],
        options.compression.ending(),
        start,
    )
    .map_err(|error| error.operation("write_json"))
}

fn start(target: &Target, schema: &Schema, options: &JsonWriteOptions) -> Result<Writer> {
    if schema.is_empty() {
        return Err(Error::invalid("no column to write"));
    }
    for field in schema.fields() {
        writable(&field.dtype).map_err(|error| error.column(field.name.as_ref()))?;
    }
    let name = target.name();
    let array =
        Path::new(inner_name(&name)).extension().and_then(|text| text.to_str()) == Some(EXTENSIONS[0]);
    let compression = options.compression.of(&name);
    let lines = options.lines.unwrap_or(!array);
    let mut file = OutputFile::create(target)?;
    let output = match lines {
        true => BytesOutput::new(file, nothing(compression)?),
        false => {
            let pack = |bytes: &[u8]| packed(bytes.to_vec(), compression);
            file.append(&pack(b"[\n")?)?;
            BytesOutput::new(file, Vec::new()).with(pack(b",\n")?, pack(b"\n]\n")?)
        }
    };
    let names = schema.names().map(|name| {
        let mut out = Vec::new();
        text(name, &mut out);
        out.push(b':');
        out
    });
    let names = names.collect();
    Ok(Writer {
        encoder: Packed::wrap(Arc::new(JsonEncoder { schema: schema.clone(), names, lines }), compression),
        output: Box::new(output),
    })
}

fn writable(dtype: &DType) -> Result<()> {
    match dtype {
        DType::Binary => {
            Err(Error::unsupported("JSON holds no bytes").hint("cast the column to string, or write Parquet"))
        }
        DType::List(item) | DType::Array(item, _) => writable(item),
        DType::Struct(fields) => fields.iter().try_for_each(|field| writable(&field.dtype)),
        _ => Ok(()),
    }
}

struct JsonEncoder {
    schema: Schema,
    names: Vec<Vec<u8>>,
    lines: bool,
}

impl Encoder for JsonEncoder {
    fn part_rows(&self) -> Option<usize> {
        None
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        let mut out = Vec::new();
        let mut first = true;
        for batch in batches {
            let columns = batch.columns().iter().zip(self.schema.fields());
            let cells = columns.map(|(column, field)| {
                let located = |error: Error| error.operation("write_json").column(field.name.as_ref());
                cells(&column.to_plain()?, column.dtype()).map_err(located)
            });
            let cells: Vec<Cell> = cells.all_ok()?;
            for row in 0..batch.rows() {
                if !self.lines && !std::mem::take(&mut first) {
                    out.extend_from_slice(b",\n");
                }
                for (place, (name, cell)) in self.names.iter().zip(&cells).enumerate() {
                    out.push(if place == 0 { b'{' } else { b',' });
                    out.extend_from_slice(name);
                    cell(row, &mut out);
                }
                out.push(b'}');
                if self.lines {
                    out.push(b'\n');
                }
            }
        }
        Ok(Encoded::new(out))
    }
}

/// The writer of a column's values.
fn cells(array: &ArrayRef, dtype: &DType) -> Result<Cell> {
    let write: Cell = match dtype {
        DType::Null => return Ok(Box::new(|_, out| out.extend_from_slice(b"null"))),
        DType::Bool => {
            let values = array.as_boolean().values().clone();
            Box::new(move |row, out| {
                out.extend_from_slice(if values.value(row) { b"true" } else { b"false" });
            })
        }
        DType::String => {
            let views = strings::views(array)?.clone();
            Box::new(move |row, out| text(views.value(row), out))
        }
        DType::UInt64 => {
            let values = array.as_primitive::<UInt64Type>().values().clone();
            Box::new(move |row, out| {
                out.extend_from_slice(itoa::Buffer::new().format(values[row]).as_bytes())
            })
        }
        whole if whole.is_integer() => {
            let wide = arrow_cast(array, &DataType::Int64)?;
            let values = wide.as_primitive::<Int64Type>().values().clone();
            Box::new(move |row, out| {
                out.extend_from_slice(itoa::Buffer::new().format(values[row]).as_bytes())
            })
        }
        DType::Float64 => {
            let values = array.as_primitive::<Float64Type>();
            finite(array, values.iter().position(|value| value.is_some_and(f64::is_infinite)))?;
            let values = values.values().clone();
            Box::new(move |row, out| float(values[row].is_nan(), ryu::Buffer::new().format(values[row]), out))
        }
        DType::Float32 => {
            let values = dispatch::primitive::<arrow::datatypes::Float32Type>(array);
            finite(array, values.iter().position(|value| value.is_some_and(f32::is_infinite)))?;
            let values = values.values().clone();
            Box::new(move |row, out| float(values[row].is_nan(), ryu::Buffer::new().format(values[row]), out))
        }
        DType::List(item) => {
            let lists = array.as_list::<i32>();
            let ends = lists.offsets().clone();
            let inner = cells(&Column::new(lists.values().clone())?.to_plain()?, item)?;
            Box::new(move |row, out| {
                out.push(b'[');
                for at in ends[row]..ends[row + 1] {
                    if at > ends[row] {
                        out.push(b',');
                    }
                    inner(at as usize, out);
                }
                out.push(b']');
            })
        }
        DType::Array(item, _) => {
            let lists = DType::List(item.clone());
            return cells(&cast(array, &lists, CastMode::Strict)?, &lists);
        }
        DType::Struct(fields) => {
            let mut inner = Vec::with_capacity(fields.len());
            for (field, array) in fields.iter().zip(array.as_struct().columns()) {
                let mut name = Vec::new();
                text(&field.name, &mut name);
                name.push(b':');
                inner.push((name, cells(&Column::new(array.clone())?.to_plain()?, &field.dtype)?));
            }
            Box::new(move |row, out| {
                out.push(b'{');
                for (place, (name, cell)) in inner.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    out.extend_from_slice(name);
                    cell(row, out);
                }
                out.push(b'}');
            })
        }
        other => {
            let quoted = !matches!(other, DType::Decimal(..));
            let views = strings::views(&cast(array, &DType::String, CastMode::Strict)?)?.clone();
            Box::new(move |row, out| match quoted {
                true => text(views.value(row), out),
                false => out.extend_from_slice(views.value(row).as_bytes()),
            })
        }
    };
    Ok(match array.logical_nulls().filter(|nulls| nulls.null_count() > 0) {
        None => write,
        Some(nulls) => Box::new(move |row, out| match nulls.is_valid(row) {
            true => write(row, out),
            false => out.extend_from_slice(b"null"),
        }),
    })
}

fn finite(array: &ArrayRef, infinite: Option<usize>) -> Result<()> {
    match infinite {
        None => Ok(()),
        Some(row) => Err(Error::new(ErrorKind::InvalidArgument, "JSON has no infinite numbers")
            .value(crate::data::Scalar::from_array(array, row).to_string())
            .hint("replace them, or write Parquet")),
    }
}

fn float(nan: bool, text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(if nan { b"null" } else { text.as_bytes() });
}

/// Text in quotes.
fn text(text: &str, out: &mut Vec<u8>) {
    let special = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(special) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => out.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
