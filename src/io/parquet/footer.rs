//! The end of a file, which says what is in it: read in one go, and interpreted once for files that are alike.

use crate::data::Schema;
use crate::error::{Error, ErrorKind, Result};
use crate::io::file::{InputFile, OpenFile};
use crate::io::guard::guarded;
use crate::io::parquet::chosen::{self, Known};
use arrow::datatypes::{DataType, FieldRef, Fields, Schema as ArrowSchema, SchemaRef};
use arrow_ipc::convert::try_schema_from_ipc_buffer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parquet::arrow::ARROW_SCHEMA_META_KEY;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::file::metadata::{FileMetaData, ParquetMetaData, ParquetMetaDataReader};
use std::sync::Arc;

/// Bytes read from the end at first: most footers are shorter.
const TAIL: u64 = 1 << 14;

/// The length of a footer and the magic number, behind it.
const ENDING: usize = 8;

/// What a file says of itself.
#[derive(Clone)]
pub struct Footer {
    /// Its footer.
    pub metadata: Arc<ParquetMetaData>,
    /// Its columns as Arrow has them.
    pub arrow: SchemaRef,
    /// Names and types.
    pub schema: Schema,
    cut: Known,
}

/// Reads a footer; what `like`, that of another file, tells of the columns is taken over where it is the same. Where `wanted`
/// are few of its columns, the others may be left out.
///
/// # Errors
/// `Corrupt` saying what is wrong; `Unsupported` for encrypted files and types without a counterpart; `Io`.
pub fn read(input: &InputFile, like: Option<&Footer>, wanted: Option<&[String]>) -> Result<Footer> {
    let file = input.open()?;
    let mut tail = tail(input, &file)?;
    let mut cut = like.map(|like| like.cut.clone()).unwrap_or_default();
    if let Some(less) = wanted.and_then(|wanted| chosen::cut(&tail, wanted, &mut cut)) {
        tail = less;
    }
    let metadata = guarded(input, || ParquetMetaDataReader::decode_metadata(&tail).map(Arc::new))?;
    if let Some(like) = like.filter(|like| same(like.metadata.file_metadata(), metadata.file_metadata())) {
        return Ok(Footer { metadata, arrow: like.arrow.clone(), schema: like.schema.clone(), cut });
    }
    let loaded = guarded(input, || ArrowReaderMetadata::try_new(metadata, ArrowReaderOptions::new()))?;
    let arrow = with_zones(loaded.schema(), loaded.metadata().file_metadata());
    let schema = Schema::from_arrow(&arrow).map_err(|error| error.file(input.name()))?;
    if let Some(field) = schema.fields().iter().find(|field| field.dtype.has_intervals()) {
        // The reader would leave out their months.
        return Err(Error::unsupported("intervals of Parquet are not read")
            .file(input.name())
            .column(field.name.as_ref())
            .hint("write the column as text, or its parts as numbers"));
    }
    Ok(Footer { metadata: loaded.metadata().clone(), arrow, schema, cut })
}

/// Whether the columns of two files are the same, to the parquet crate and to Arrow.
fn same(one: &FileMetaData, other: &FileMetaData) -> bool {
    written(one) == written(other) && one.schema() == other.schema()
}

/// The columns as the writer's Arrow had them, in the writer's encoding.
fn written(file: &FileMetaData) -> Option<&str> {
    let mut known = file.key_value_metadata()?.iter();
    known.find(|known| known.key == ARROW_SCHEMA_META_KEY)?.value.as_deref()
}

/// The columns with the writer's time zones: the parquet crate leaves them at UTC where the file has another unit than
/// the writer had, since it knows no seconds, or the writer was told so.
fn with_zones(arrow: &SchemaRef, file: &FileMetaData) -> SchemaRef {
    let may_have = |field: &FieldRef| {
        matches!(field.data_type(), DataType::Timestamp(_, Some(_))) || field.data_type().is_nested()
    };
    if !arrow.fields().iter().any(may_have) {
        return arrow.clone();
    }
    let bytes = written(file).and_then(|text| STANDARD.decode(text).ok());
    let Some(known) = bytes.and_then(|bytes| try_schema_from_ipc_buffer(&bytes).ok()) else {
        return arrow.clone();
    };
    let fields = zones_of(arrow.fields(), known.fields());
    Arc::new(ArrowSchema::new_with_metadata(fields, arrow.metadata().clone()))
}

/// Fields with the zones of those of the same names.
fn zones_of(fields: &Fields, known: &Fields) -> Fields {
    let each = fields.iter().map(|field| match known.find(field.name()) {
        Some((_, known)) => with_zone(field, known.data_type()),
        None => field.clone(),
    });
    each.collect()
}

/// A field with the zones of a type, on any level.
fn with_zone(field: &FieldRef, known: &DataType) -> FieldRef {
    use DataType::{FixedSizeList, LargeList, List, Map, Struct, Timestamp};
    let dtype = match (field.data_type(), known) {
        (Timestamp(unit, Some(_)), Timestamp(_, Some(zone))) => Timestamp(*unit, Some(zone.clone())),
        (List(own), List(known)) => List(with_zone(own, known.data_type())),
        (LargeList(own), LargeList(known)) => LargeList(with_zone(own, known.data_type())),
        (FixedSizeList(own, size), FixedSizeList(known, _)) => {
            FixedSizeList(with_zone(own, known.data_type()), *size)
        }
        (Map(own, sorted), Map(known, _)) => Map(with_zone(own, known.data_type()), *sorted),
        (Struct(own), Struct(known)) => Struct(zones_of(own, known)),
        _ => return field.clone(),
    };
    Arc::new(field.as_ref().clone().with_data_type(dtype))
}

/// The bytes of the footer.
fn tail(input: &InputFile, file: &OpenFile) -> Result<Vec<u8>> {
    let size = file.size();
    let mut tail = vec![0; size.min(TAIL) as usize];
    let start = size - tail.len() as u64;
    file.read_at(&mut tail, start)?;
    let mut head = [0; 4];
    match tail.get(..4).filter(|_| tail.len() as u64 == size) {
        Some(known) => head.copy_from_slice(known),
        None if size >= 4 => file.read_at(&mut head, 0)?,
        None => {}
    }
    check_magic(input, &head, &tail)?;
    let ending = tail.len() - ENDING;
    let length: [u8; 4] = [tail[ending], tail[ending + 1], tail[ending + 2], tail[ending + 3]];
    let length = u64::from(u32::from_le_bytes(length));
    if length + ENDING as u64 > size {
        let message = "the file is damaged: its footer is longer than the file";
        return Err(Error::new(ErrorKind::Corrupt, message).file(input.name()));
    }
    let start = size - ENDING as u64 - length;
    let missing = (length as usize + ENDING).saturating_sub(tail.len());
    if missing == 0 {
        tail.truncate(ending);
        tail.drain(..ending - length as usize);
        return Ok(tail);
    }
    let mut whole = vec![0; length as usize];
    file.read_at(&mut whole[..missing], start)?;
    whole[missing..].copy_from_slice(&tail[..ending]);
    Ok(whole)
}

/// Refuses what is no complete Parquet file before any of it is interpreted.
fn check_magic(input: &InputFile, head: &[u8; 4], tail: &[u8]) -> Result<()> {
    let corrupt = |message: &str| Error::new(ErrorKind::Corrupt, message).file(input.name());
    let last = tail.get(tail.len().saturating_sub(4)..).unwrap_or_default();
    match (head, last) {
        (b"PAR1", b"PAR1") if tail.len() >= 12 => Ok(()),
        (b"PARE", _) | (b"PAR1", b"PARE") => {
            Err(Error::unsupported("encrypted Parquet files are not read").file(input.name()))
        }
        (b"PAR1", _) => Err(corrupt("the Parquet file is cut off: its end is missing")),
        _ if tail.is_empty() => Err(corrupt("the file is empty, not a Parquet file")),
        _ => Err(corrupt("this is not a Parquet file")),
    }
}
