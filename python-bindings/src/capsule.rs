//! The Arrow PyCapsule protocol, in and out, over the C Data and C Stream Interfaces: no column is copied.

use crate::error::{Answer, type_name};
use crate::gil::detached;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, RecordBatchReader};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use hypostyle::{Batch, Error, Frame};
use pyo3::intern;
use pyo3::prelude::{Bound, PyAny, PyAnyMethods, PyCapsuleMethods, Python};
use pyo3::types::{PyCapsule, PyTuple};
use std::ffi::CStr;
use std::sync::Arc;

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// What a producer gave: record batches, or arrays that are no structs.
pub struct Imported {
    /// The type of the arrays; of batches, a struct of the columns.
    pub data_type: DataType,
    /// The arrays in order.
    pub arrays: Vec<ArrayRef>,
}

/// Everything that an object offers by `__arrow_c_stream__` or `__arrow_c_array__`.
///
/// # Errors
/// `Type` if it offers neither, or what the producer raises.
pub fn import(object: &Bound<'_, PyAny>) -> Answer<Imported> {
    let py = object.py();
    if let Some(method) = object.getattr_opt(intern!(py, "__arrow_c_stream__"))? {
        let capsule = method.call0()?.cast_into::<PyCapsule>().map_err(pyo3::PyErr::from)?;
        let pointer = capsule.pointer_checked(Some(STREAM))?;
        // SAFETY: a capsule of this name holds a stream (checked); it is moved out, as the protocol says.
        let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.cast().as_ptr()) };
        return Ok(detached(py, || {
            let reader = ArrayStreamReader::try_new(stream)?;
            let data_type = arrow::array::ArrayReader::field(&reader).data_type().clone();
            Ok::<_, ArrowError>(Imported { data_type, arrays: reader.collect::<Result<_, _>>()? })
        })?);
    }
    if let Some(method) = object.getattr_opt(intern!(py, "__arrow_c_array__"))? {
        let pair = method.call0()?.cast_into::<PyTuple>().map_err(pyo3::PyErr::from)?;
        let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = pair.extract()?;
        let schema = schema.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
        let array = array.pointer_checked(Some(ARRAY))?.cast::<FFI_ArrowArray>();
        // SAFETY: capsules of these names hold a schema and an array (checked); the array is moved out.
        let (array, schema) = unsafe { (FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
        if array.is_released() || schema.release().is_none() {
            return Err(
                Error::invalid("the Arrow data was handed over before: a capsule gives it once").into()
            );
        }
        // SAFETY: as above; producers keep the C Data Interface.
        let data = unsafe { from_ffi(array, schema) }?;
        let array = arrow::array::make_array(data);
        return Ok(Imported { data_type: array.data_type().clone(), arrays: vec![array] });
    }
    Err(Error::type_mismatch(format!("a {} does not offer Arrow data", type_name(object)))
        .hint("pass a table of pyarrow, polars, duckdb or anything else with __arrow_c_stream__")
        .into())
}

impl Imported {
    /// A frame of record batches, or of one column called `name`.
    ///
    /// # Errors
    /// As [`Frame::from_arrow`].
    pub fn frame(self, name: Option<&str>) -> hypostyle::Result<Frame> {
        let (schema, batches): (Schema, Vec<RecordBatch>) = match (&self.data_type, name) {
            (DataType::Struct(fields), None) => {
                let schema = Schema::new(fields.clone());
                let batches = self.arrays.iter().map(|array| batch(array, &schema));
                (schema.clone(), batches.collect::<hypostyle::Result<_>>()?)
            }
            (data_type, name) => {
                let schema = Schema::new(vec![Field::new(name.unwrap_or("value"), data_type.clone(), true)]);
                let held = Arc::new(schema.clone());
                let batches =
                    self.arrays.into_iter().map(|array| RecordBatch::try_new(held.clone(), vec![array]));
                (schema, batches.collect::<Result<_, _>>()?)
            }
        };
        Frame::from_arrow(&schema, batches)
    }
}

fn batch(array: &ArrayRef, schema: &Schema) -> hypostyle::Result<RecordBatch> {
    let rows = array.as_struct();
    if rows.null_count() > 0 {
        return Err(Error::unsupported("Arrow data whose rows are null as a whole"));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    Ok(RecordBatch::try_new_with_options(Arc::new(schema.clone()), rows.columns().to_vec(), &options)?)
}

/// A capsule of a frame's columns, one batch per partition. The schema a consumer requests is granted where Arrow can
/// cast to it.
pub fn export<'py>(
    py: Python<'py>,
    frame: &Frame,
    requested: Option<&Bound<'py, PyCapsule>>,
) -> Answer<Bound<'py, PyCapsule>> {
    let own = frame.schema().to_arrow();
    let schema = match requested {
        None => own,
        Some(capsule) => {
            let pointer = capsule.pointer_checked(Some(SCHEMA))?.cast::<FFI_ArrowSchema>();
            // SAFETY: a capsule of this name holds a schema (checked).
            let wanted = Schema::try_from(unsafe { pointer.as_ref() })?;
            granted(own, &wanted)
        }
    };
    let reader = PartitionReader { frame: frame.clone(), next: 0, schema: Arc::new(schema) };
    Ok(PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)?)
}

/// A capsule of a frame's schema.
pub fn export_schema<'py>(py: Python<'py>, schema: &hypostyle::Schema) -> Answer<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(&schema.to_arrow())?;
    Ok(PyCapsule::new_with_value(py, schema, SCHEMA)?)
}

/// The types wanted, if the names agree and every column can be cast; else the own ones.
fn granted(own: Schema, wanted: &Schema) -> Schema {
    let fits = own.fields().len() == wanted.fields().len()
        && own.fields().iter().zip(wanted.fields()).all(|(own, wanted)| {
            own.name() == wanted.name() && arrow::compute::can_cast_types(own.data_type(), wanted.data_type())
        });
    if !fits {
        return own;
    }
    let fields = own.fields().iter().zip(wanted.fields());
    Schema::new(
        fields
            .map(|(own, wanted)| own.as_ref().clone().with_data_type(wanted.data_type().clone()))
            .collect::<Vec<_>>(),
    )
}

/// Partitions as record batches of plain types, and dictionaries of categories; codes are decoded as they are asked for.
struct PartitionReader {
    frame: Frame,
    next: usize,
    schema: SchemaRef,
}

impl PartitionReader {
    fn batch(&self, batch: &Batch) -> Result<RecordBatch, ArrowError> {
        let columns = batch.columns().iter().zip(self.frame.schema().fields());
        let arrays = columns.zip(self.schema.fields()).map(|((column, own), field)| {
            let plain = own.export(column).map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
            match plain.data_type() == field.data_type() {
                true => Ok(plain),
                false => cast(&plain, field.data_type()),
            }
        });
        let options = RecordBatchOptions::new().with_row_count(Some(batch.rows()));
        RecordBatch::try_new_with_options(self.schema.clone(), arrays.collect::<Result<_, _>>()?, &options)
    }
}

impl Iterator for PartitionReader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.frame.partitions().get(self.next)?;
        self.next += 1;
        Some(self.batch(batch))
    }
}

impl RecordBatchReader for PartitionReader {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}
