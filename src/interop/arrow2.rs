//! Columns to and from the archived `arrow2` crate, sharing buffers through Arrow's C Data Interface.
//!
//! Only flat arrays cross the interface, and only of the types listed here: the two crates read some others
//! differently. Nested arrays are taken apart and put together on the other side; arrays without rows are made anew.
//! Text and bytes leave as `LargeUtf8` and `LargeBinary`, which gathers their bytes; everything else is shared.

use crate::data::{Batch, Column, DType, Field, Frame, Schema};
use crate::error::{AllOk, Error, Result};
use ::arrow2::array as a2;
use ::arrow2::bitmap::Bitmap;
use ::arrow2::chunk::Chunk;
use ::arrow2::datatypes as t2;
use ::arrow2::ffi as f2;
use ::arrow2::offset::OffsetsBuffer;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, FixedSizeListArray, Int32Array, LargeListArray,
    ListArray, NullArray, StructArray, make_array, new_empty_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field as ArrowField, Int32Type, Int64Type, UInt32Type};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use std::sync::Arc;

/// An array of `arrow2`.
pub type Array2 = Box<dyn a2::Array>;

/// The schema and the partitions of a frame in the types of `arrow2`.
pub type Chunks2 = (t2::Schema, Vec<Chunk<Array2>>);

// Both crates lay the structures out as the interface says; what is checked here is that neither added to them.
const _: () = assert!(size_of::<FFI_ArrowArray>() == size_of::<f2::ArrowArray>());
const _: () = assert!(align_of::<FFI_ArrowArray>() == align_of::<f2::ArrowArray>());
const _: () = assert!(size_of::<FFI_ArrowSchema>() == size_of::<f2::ArrowSchema>());
const _: () = assert!(align_of::<FFI_ArrowSchema>() == align_of::<f2::ArrowSchema>());

impl Column {
    /// The column as an array of `arrow2`.
    ///
    /// # Errors
    /// `Unsupported` for decimals with a negative scale and structs without fields.
    pub fn to_arrow2(&self) -> Result<Array2> {
        export(&self.to_plain()?, self.dtype())
    }

    /// An array of `arrow2` as a column.
    ///
    /// # Errors
    /// `Unsupported` for half floats, 256-bit decimals, intervals, maps, unions and extensions.
    pub fn from_arrow2(array: &dyn a2::Array) -> Result<Column> {
        Column::new(import(array)?)
    }
}

impl Frame {
    /// The frame as chunks of `arrow2`, one per partition.
    ///
    /// # Errors
    /// As [`Column::to_arrow2`], naming the column.
    pub fn to_arrow2(&self) -> Result<Chunks2> {
        let fields = self.schema().fields();
        let named = |field: &Field, error: Error| error.operation("to_arrow2").column(field.name.as_ref());
        let types = fields.iter().map(|field| {
            let dtype = exported_type(field.dtype.held()).map_err(|error| named(field, error))?;
            Ok(t2::Field::new(field.name.as_ref(), dtype, true))
        });
        let types: Vec<t2::Field> = types.all_ok()?;
        let chunks = self.partitions().iter().map(|batch| {
            let arrays = batch.columns().iter().zip(fields);
            let arrays =
                arrays.map(|(column, field)| column.to_arrow2().map_err(|error| named(field, error)));
            Chunk::try_new(arrays.all_ok()?).map_err(refused)
        });
        let chunks = chunks.all_ok()?;
        Ok((t2::Schema::from(types), chunks))
    }

    /// A frame of chunks of `arrow2`, one partition each.
    ///
    /// # Errors
    /// As [`Column::from_arrow2`], naming the column; `Shape` or `Type` where a chunk has other columns than the
    /// schema; `DuplicateColumn`.
    pub fn from_arrow2(schema: &t2::Schema, chunks: &[Chunk<Array2>]) -> Result<Frame> {
        let fields = schema.fields.iter().map(|field| {
            // An array without rows tells the type; there is no other way to it.
            let column = Column::from_arrow2(a2::new_empty_array(field.data_type().clone()).as_ref());
            let column = column.map_err(|error| error.operation("from_arrow2").column(&field.name))?;
            Ok(Field::new(&field.name, column.dtype().clone()))
        });
        let schema = Schema::new(fields.all_ok()?)?;
        let partitions = chunks.iter().map(|chunk| {
            let columns = chunk.arrays().iter().map(|array| Column::from_arrow2(array.as_ref()));
            Batch::new(columns.all_ok()?, chunk.len())
        });
        Frame::new(schema, partitions.all_ok()?)
    }
}

fn refused(error: ::arrow2::error::Error) -> Error {
    Error::invalid(format!("arrow2: {error}"))
}

fn unsupported(what: &dyn std::fmt::Debug) -> Error {
    Error::unsupported(format!("no exchange of {what:?} with arrow2")).hint("cast it to another type first")
}

/// The type in which a column leaves.
fn exported_type(dtype: &DType) -> Result<t2::DataType> {
    let field = |name: &str, dtype: &DType| Ok(t2::Field::new(name, exported_type(dtype)?, true));
    match dtype {
        DType::List(item) => Ok(t2::DataType::List(Box::new(field("item", item)?))),
        DType::Array(item, width) if *width > 0 => {
            Ok(t2::DataType::FixedSizeList(Box::new(field("item", item)?), *width as usize))
        }
        DType::Struct(fields) if !fields.is_empty() => {
            let fields = fields.iter().map(|inner| field(&inner.name, &inner.dtype));
            Ok(t2::DataType::Struct(fields.all_ok()?))
        }
        DType::Null => Ok(t2::DataType::Null),
        _ => flat_type(&exported_flat(dtype)?),
    }
}

/// The whitelist for the way out: the Arrow type in which values of a flat type cross.
fn exported_flat(dtype: &DType) -> Result<DataType> {
    match dtype {
        DType::String => Ok(DataType::LargeUtf8),
        DType::Binary => Ok(DataType::LargeBinary),
        // arrow2 reads scales as unsigned, and any width of a decimal as 128 bits.
        DType::Decimal(_, scale) if *scale < 0 => Err(unsupported(dtype)),
        DType::Decimal(..) => Ok(dtype.to_arrow()),
        dtype if *dtype == DType::Bool || dtype.is_integer() || dtype.is_float() || dtype.is_temporal() => {
            Ok(dtype.to_arrow())
        }
        other => Err(unsupported(other)),
    }
}

/// The arrow2 type of a flat Arrow type.
fn flat_type(dtype: &DataType) -> Result<t2::DataType> {
    let schema = FFI_ArrowSchema::try_from(dtype)?;
    // SAFETY: both types are the interface's `ArrowSchema` (`repr(C)`, sizes asserted above); the structure is moved,
    // so it is released once, by its new owner, through the callback it carries.
    let schema = unsafe { std::mem::transmute::<FFI_ArrowSchema, f2::ArrowSchema>(schema) };
    // SAFETY: the schema was made by arrow for a flat type just now and is alive.
    let field = unsafe { f2::import_field_from_c(&schema) };
    Ok(field.map_err(refused)?.data_type().clone())
}

fn export(array: &ArrayRef, dtype: &DType) -> Result<Array2> {
    let exported = exported_type(dtype)?;
    match dtype {
        DType::Null => Ok(a2::NullArray::new(exported, array.len()).boxed()),
        DType::List(item) => {
            let list = array.as_list::<i32>();
            let offsets = Int32Array::new(list.offsets().inner().clone(), None);
            let offsets = export_flat(&(Arc::new(offsets) as ArrayRef))?;
            let offsets = downcast::<a2::PrimitiveArray<i32>>(offsets.as_ref())?.values().clone();
            let offsets = OffsetsBuffer::try_from(offsets).map_err(refused)?;
            let values = export(list.values(), item)?;
            let list = a2::ListArray::try_new(exported, offsets, values, export_nulls(list.nulls())?);
            Ok(list.map_err(refused)?.boxed())
        }
        DType::Array(item, width) => {
            let fixed = array.as_fixed_size_list();
            let values = fixed.values().slice(0, *width as usize * fixed.len());
            let nulls = export_nulls(fixed.nulls())?;
            let made = a2::FixedSizeListArray::try_new(exported, export(&values, item)?, nulls);
            Ok(made.map_err(refused)?.boxed())
        }
        DType::Struct(fields) => {
            let parts = array.as_struct();
            let columns = parts.columns().iter().zip(fields);
            let values = columns.map(|(column, field)| export(column, &field.dtype)).all_ok()?;
            let made = a2::StructArray::try_new(exported, values, export_nulls(parts.nulls())?);
            Ok(made.map_err(refused)?.boxed())
        }
        flat => export_flat(&cast(array, &exported_flat(flat)?)?),
    }
}

/// An array of a type that `exported_flat` gives.
fn export_flat(array: &ArrayRef) -> Result<Array2> {
    let dtype = flat_type(array.data_type())?;
    if array.is_empty() {
        return Ok(a2::new_empty_array(dtype));
    }
    let mut data = array.to_data();
    data.align_buffers();
    // SAFETY: both types are the interface's `ArrowArray` (`repr(C)`, sizes asserted above); the structure is moved,
    // so it is released once, by its new owner, through the callback it carries.
    let moved = unsafe { std::mem::transmute::<FFI_ArrowArray, f2::ArrowArray>(FFI_ArrowArray::new(&data)) };
    // SAFETY: the array is valid and not empty, its buffers are aligned and immutable and live until the release
    // callback is called; `dtype` is its own type, one of those on which both crates agree.
    unsafe { f2::import_array_from_c(moved, dtype) }.map_err(refused)
}

fn export_nulls(nulls: Option<&NullBuffer>) -> Result<Option<Bitmap>> {
    let Some(nulls) = nulls else { return Ok(None) };
    let bits: ArrayRef = Arc::new(BooleanArray::new(nulls.inner().clone(), None));
    let bits = export_flat(&bits)?;
    Ok(Some(downcast::<a2::BooleanArray>(bits.as_ref())?.values().clone()))
}

fn downcast<T: 'static>(array: &dyn a2::Array) -> Result<&T> {
    array
        .as_any()
        .downcast_ref()
        .ok_or_else(|| Error::internal("an arrow2 array of another type than it says"))
}

fn import(array: &dyn a2::Array) -> Result<ArrayRef> {
    let nulls = || import_nulls(array.validity());
    let item = |values: &ArrayRef| Arc::new(ArrowField::new("item", values.data_type().clone(), true));
    Ok(match array.data_type() {
        t2::DataType::Null => Arc::new(NullArray::new(array.len())),
        t2::DataType::List(_) => {
            let list = downcast::<a2::ListArray<i32>>(array)?;
            let offsets = a2::PrimitiveArray::new(t2::DataType::Int32, list.offsets().buffer().clone(), None);
            let offsets = import_flat(&offsets)?.as_primitive::<Int32Type>().values().clone();
            let values = import(list.values().as_ref())?;
            let offsets = OffsetBuffer::new(offsets);
            Arc::new(ListArray::try_new(item(&values), offsets, values, nulls()?)?)
        }
        t2::DataType::LargeList(_) => {
            let list = downcast::<a2::ListArray<i64>>(array)?;
            let offsets = a2::PrimitiveArray::new(t2::DataType::Int64, list.offsets().buffer().clone(), None);
            let offsets = import_flat(&offsets)?.as_primitive::<Int64Type>().values().clone();
            let values = import(list.values().as_ref())?;
            let offsets = OffsetBuffer::new(offsets);
            Arc::new(LargeListArray::try_new(item(&values), offsets, values, nulls()?)?)
        }
        t2::DataType::FixedSizeList(_, size) if *size > 0 => {
            let list = downcast::<a2::FixedSizeListArray>(array)?;
            let values = import(list.values().as_ref())?;
            let size = i32::try_from(*size).map_err(|_| unsupported(array.data_type()))?;
            Arc::new(FixedSizeListArray::try_new(item(&values), size, values, nulls()?)?)
        }
        t2::DataType::Struct(fields) => {
            let columns = downcast::<a2::StructArray>(array)?.values().iter().zip(fields);
            let columns = columns.map(|(column, field)| Ok((field, import(column.as_ref())?)));
            let columns: Vec<(&t2::Field, ArrayRef)> = columns.all_ok()?;
            let named = columns.iter().map(|(field, column)| {
                ArrowField::new(field.name.as_str(), column.data_type().clone(), true)
            });
            let fields = named.collect::<Vec<_>>().into();
            let columns = columns.iter().map(|(_, column)| column.clone()).collect();
            Arc::new(StructArray::try_new(fields, columns, nulls()?)?)
        }
        t2::DataType::Dictionary(..) => {
            let (codes, values) = dictionary(array)?;
            let codes = cast(&import(codes.as_ref())?, &DataType::UInt32)?;
            let codes = codes.as_primitive::<UInt32Type>().clone();
            Arc::new(DictionaryArray::<UInt32Type>::try_new(codes, import(values.as_ref())?)?)
        }
        _ => import_flat(array)?,
    })
}

/// The codes and values of a dictionary with any type of code.
fn dictionary(array: &dyn a2::Array) -> Result<(Array2, Array2)> {
    fn parts<K: a2::DictionaryKey>(array: &dyn a2::Array) -> Option<(Array2, Array2)> {
        let array = array.as_any().downcast_ref::<a2::DictionaryArray<K>>()?;
        Some((array.keys().clone().boxed(), array.values().clone()))
    }
    let any =
        [parts::<u8>, parts::<u16>, parts::<u32>, parts::<u64>, parts::<i8>, parts::<i16>, parts::<i32>];
    let found = any.into_iter().find_map(|parts| parts(array)).or_else(|| parts::<i64>(array));
    found.ok_or_else(|| unsupported(array.data_type()))
}

/// The whitelist for the way in: flat types that both crates read alike.
fn import_flat(array: &dyn a2::Array) -> Result<ArrayRef> {
    use t2::DataType as T;
    let known = match array.data_type() {
        T::Decimal(precision, scale) => (1..=38).contains(precision) && scale <= precision,
        T::Float16 | T::Decimal256(..) | T::Interval(_) | T::Map(..) | T::Union(..) | T::Extension(..) => {
            false
        }
        T::Null | T::List(_) | T::LargeList(_) | T::FixedSizeList(..) | T::Struct(_) | T::Dictionary(..) => {
            false
        }
        T::FixedSizeBinary(size) => i32::try_from(*size).is_ok_and(|size| size > 0),
        T::Time32(unit) => matches!(unit, t2::TimeUnit::Second | t2::TimeUnit::Millisecond),
        T::Time64(unit) => matches!(unit, t2::TimeUnit::Microsecond | t2::TimeUnit::Nanosecond),
        _ => true,
    };
    if !known {
        return Err(unsupported(array.data_type()));
    }
    let schema = f2::export_field_to_c(&t2::Field::new("", array.data_type().clone(), true));
    // SAFETY: both types are the interface's `ArrowSchema` (`repr(C)`, sizes asserted above); the structure is moved,
    // so it is released once, by its new owner, through the callback it carries.
    let schema = unsafe { std::mem::transmute::<f2::ArrowSchema, FFI_ArrowSchema>(schema) };
    let dtype = DataType::try_from(&schema)?;
    if array.is_empty() {
        return Ok(new_empty_array(&dtype));
    }
    let moved = f2::export_array_to_c(array.to_boxed());
    // SAFETY: both types are the interface's `ArrowArray` (`repr(C)`, sizes asserted above); the structure is moved,
    // so it is released once, by its new owner, through the callback it carries.
    let moved = unsafe { std::mem::transmute::<f2::ArrowArray, FFI_ArrowArray>(moved) };
    // SAFETY: the array is valid and not empty, its buffers are immutable and live until the release callback is
    // called; `dtype` is its own type, one of those on which both crates agree.
    let data = unsafe { from_ffi_and_data_type(moved, dtype) }?;
    data.validate()?;
    Ok(make_array(data))
}

fn import_nulls(bits: Option<&Bitmap>) -> Result<Option<NullBuffer>> {
    let Some(bits) = bits else { return Ok(None) };
    let bits = a2::BooleanArray::new(t2::DataType::Boolean, bits.clone(), None);
    Ok(Some(NullBuffer::new(import_flat(&bits)?.as_boolean().values().clone())))
}

#[cfg(test)]
#[path = "arrow2_tests.rs"]
mod tests;
