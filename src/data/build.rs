//! Frames from Rust values.

use crate::data::batch::Batch;
use crate::data::categories::Categories;
use crate::data::column::Column;
use crate::data::concat::concat_columns;
use crate::data::dtype::DType;
use crate::data::frame::Frame;
use crate::data::scalar::Scalar;
use crate::data::schema::{Field, Schema};
use crate::data::series::Series;
use crate::data::strings;
use crate::error::{Error, ErrorKind, Result};
use arrow::array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array,
    StringViewArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use std::sync::Arc;

/// Anything a column can be made of: vectors, arrays and slices of values or of `Option`s, Arrow arrays, columns.
pub trait IntoColumn {
    /// The column.
    ///
    /// # Errors
    /// `Unsupported` for Arrow types without a counterpart.
    fn into_column(self) -> Result<Column>;
}

/// A value that columns can be collected from; an `Option` of it is one too.
pub trait Element: Sized {
    /// The array of these values.
    fn collect(values: impl Iterator<Item = Self>) -> ArrayRef;
}

macro_rules! elements {
    ($($type:ty => $array:ty),* $(,)?) => {$(
        impl Element for $type {
            fn collect(values: impl Iterator<Item = Self>) -> ArrayRef {
                Arc::new(values.map(Some).collect::<$array>())
            }
        }

        impl Element for Option<$type> {
            fn collect(values: impl Iterator<Item = Self>) -> ArrayRef {
                Arc::new(values.collect::<$array>())
            }
        }
    )*};
}

elements! {
    bool => BooleanArray,
    i8 => Int8Array,
    i16 => Int16Array,
    i32 => Int32Array,
    i64 => Int64Array,
    u8 => UInt8Array,
    u16 => UInt16Array,
    u32 => UInt32Array,
    u64 => UInt64Array,
    f32 => Float32Array,
    f64 => Float64Array,
    &str => StringViewArray,
    String => StringViewArray,
}

impl<T: Element> IntoColumn for Vec<T> {
    fn into_column(self) -> Result<Column> {
        Ok(self.into_iter().collect())
    }
}

impl<T: Element, const N: usize> IntoColumn for [T; N] {
    fn into_column(self) -> Result<Column> {
        Ok(self.into_iter().collect())
    }
}

impl<T: Element + Clone> IntoColumn for &[T] {
    fn into_column(self) -> Result<Column> {
        Ok(self.iter().cloned().collect())
    }
}

impl IntoColumn for Column {
    fn into_column(self) -> Result<Column> {
        Ok(self)
    }
}

impl IntoColumn for ArrayRef {
    fn into_column(self) -> Result<Column> {
        Column::new(self)
    }
}

impl IntoColumn for Series {
    fn into_column(self) -> Result<Column> {
        match self.chunks() {
            [] => Ok(Column::empty(self.dtype())),
            chunks => concat_columns(&chunks.iter().collect::<Vec<_>>()),
        }
    }
}

impl<T: Element> FromIterator<T> for Column {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Column::from_held(T::collect(values.into_iter()))
    }
}

/// Gathers columns for a frame; see [`Frame::builder`].
#[derive(Default)]
pub struct FrameBuilder {
    columns: Vec<(String, Result<(Column, DType)>)>,
}

impl Frame {
    /// Starts a frame from columns.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::Frame;
    /// let frame = Frame::builder()
    ///     .column("city", ["Oslo", "Lima"])
    ///     .column("height", vec![Some(23.0), None])
    ///     .column("rank", (1..3i64).collect::<hypostyle::Column>())
    ///     .finish()?;
    /// assert_eq!(frame.schema().to_string(), "city: string, height: float64, rank: int64");
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn builder() -> FrameBuilder {
        FrameBuilder::default()
    }
}

impl FrameBuilder {
    /// Adds a column.
    pub fn column(mut self, name: impl Into<String>, values: impl IntoColumn) -> Self {
        let column = values.into_column().map(|column| {
            let dtype = column.dtype().clone();
            (column, dtype)
        });
        self.columns.push((name.into(), column));
        self
    }

    /// Adds a column of strings that are all among the categories.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Categories, Frame};
    /// let sizes = Categories::new(["S", "M", "L"], true)?;
    /// let frame = Frame::builder().categorical("size", ["M", "S", "M"], sizes).finish()?;
    /// assert_eq!(frame.schema().to_string(), r#"size: categorical["S" < "M" < "L"]"#);
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn categorical(
        mut self,
        name: impl Into<String>,
        values: impl IntoColumn,
        categories: Categories,
    ) -> Self {
        let column = values.into_column().and_then(|column| {
            let found = categories.numbered(column.array())?;
            if let Some(row) = found.outside {
                let text = format!("value is none of the categories {categories}");
                let value = Scalar::from_array(column.array(), row).to_string();
                return Err(Error::new(ErrorKind::Cast, text).row(row as u64).value(value));
            }
            let coded = strings::encode(found.codes, categories.values().clone())?;
            Ok((Column::from_held(coded), DType::Categorical(categories)))
        });
        self.columns.push((name.into(), column));
        self
    }

    /// The frame, in one partition.
    ///
    /// # Errors
    /// `Shape` if the columns differ in length, `DuplicateColumn`, or a column's own error.
    pub fn finish(self) -> Result<Frame> {
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut columns: Vec<Column> = Vec::with_capacity(self.columns.len());
        for (name, column) in self.columns {
            let (column, dtype) = column.map_err(|error| error.column(name.as_str()))?;
            if let Some(first) = columns.first()
                && first.len() != column.len()
            {
                return Err(Error::new(
                    ErrorKind::Shape,
                    format!("{} rows where the first column has {}", column.len(), first.len()),
                )
                .column(name));
            }
            fields.push(Field::new(&name, dtype));
            columns.push(column);
        }
        let rows = columns.first().map_or(0, Column::len);
        Frame::new(Schema::new(fields)?, vec![Batch::new(columns, rows)?])
    }
}
