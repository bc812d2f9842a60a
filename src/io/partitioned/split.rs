//! Rows parted by their keys: which folder each row belongs to.

use crate::config::Config;
use crate::data::{Batch, Column, DType, Schema, strings};
use crate::error::{AllOk, Error, Result};
use crate::io::folders::{NULL, encoded, folder_name};
use crate::io::partitioned::files::Part;
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::kernels::group_index::GroupIndex;
use crate::plan::target::{Encoded, Encoder};
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::datatypes::DataType;
use std::sync::Arc;

/// Rows looked at together.
const ROWS: usize = 1 << 18;

/// Parts rows; encoding comes later, when enough rows of a folder have gathered.
pub struct Split {
    keys: Vec<(String, usize, DType)>,
    others: Vec<usize>,
}

impl Split {
    /// By the columns of these names.
    ///
    /// # Errors
    /// `ColumnNotFound`; `DuplicateColumn` for a name that occurs twice; `Unsupported` for types that no name of a folder
    /// holds; `InvalidArgument` if no column is left.
    pub fn new(schema: &Schema, names: &[String]) -> Result<Self> {
        let mut keys: Vec<(String, usize, DType)> = Vec::with_capacity(names.len());
        for name in names {
            let position = schema.index_of(name)?;
            // Of categories the text is the name.
            let dtype = schema.fields()[position].dtype.held().clone();
            if dtype.is_composite() || matches!(dtype, DType::Binary) {
                let error = Error::unsupported(format!("a {dtype} cannot be the name of a folder"));
                return Err(error.column(name.as_str()).hint("cast the column to string"));
            }
            if keys.iter().any(|(known, ..)| known == name) {
                return Err(Error::invalid("partition_by names a column twice").column(name.as_str()));
            }
            keys.push((name.clone(), position, dtype));
        }
        let others: Vec<usize> =
            (0..schema.len()).filter(|column| keys.iter().all(|(_, key, _)| key != column)).collect();
        if others.is_empty() {
            return Err(Error::invalid("every column is a key, so that none is left for the files")
                .hint("leave a column out of partition_by"));
        }
        Ok(Split { keys, others })
    }

    /// The columns that files hold.
    ///
    /// # Errors
    /// None: names were distinct before.
    pub fn schema(&self, schema: &Schema) -> Result<Schema> {
        Schema::new(self.others.iter().map(|&column| schema.fields()[column].clone()).collect())
    }

    /// The folder of a table without rows: that of nulls.
    pub fn nowhere(&self) -> String {
        let parts: Vec<String> = self.keys.iter().map(|(name, ..)| folder_name(name, NULL)).collect();
        parts.join("/")
    }

    /// The rows of a batch by folder, folders in the order they are met.
    fn parts(&self, batch: &Batch) -> Result<Vec<(String, Batch)>> {
        let others = batch.project(&self.others);
        if self.keys.is_empty() {
            return Ok(vec![(String::new(), others)]);
        }
        let keys: Vec<Column> = self.keys.iter().map(|(_, key, _)| batch.column(*key).clone()).collect();
        let dtypes = self.keys.iter().map(|(.., dtype)| dtype.clone()).collect();
        let mut index = GroupIndex::new(dtypes, Config::current().weak_hash);
        let mut groups = Vec::new();
        index.assign(&keys, batch.rows(), &mut groups)?;
        let names = self.names(&index.keys()?, index.len())?;
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); index.len()];
        for (row, &group) in groups.iter().enumerate() {
            rows[group as usize].push(row as u32);
        }
        let part = |(name, rows): (String, Vec<u32>)| {
            let own = match rows.len() == batch.rows() {
                true => others.clone(),
                false => compact(others.take(&UInt32Array::from(rows))?)?,
            };
            Ok((name, own))
        };
        names.into_iter().zip(rows).map(part).all_ok()
    }

    /// The folders of some keys.
    fn names(&self, keys: &[Column], count: usize) -> Result<Vec<String>> {
        let mut names = vec![String::new(); count];
        for ((name, ..), column) in self.keys.iter().zip(keys) {
            let located = |error: Error| error.column(name.as_str());
            let texts = cast(&column.to_plain()?, &DType::String, CastMode::Strict).map_err(located)?;
            for (folder, text) in names.iter_mut().zip(strings::views(&texts)?) {
                let value = match text {
                    Some(NULL) => {
                        let error = Error::invalid("this text stands for null in the names of folders");
                        return Err(located(error.value(NULL)));
                    }
                    Some(text) => encoded(text),
                    None => NULL.to_owned(),
                };
                if !folder.is_empty() {
                    folder.push('/');
                }
                folder.push_str(&folder_name(name, &value));
            }
        }
        Ok(names)
    }
}

/// The batch without the bytes of texts of other rows: it may be kept long.
fn compact(batch: Batch) -> Result<Batch> {
    let rows = batch.rows();
    let column = |column: Column| {
        let array: ArrayRef = match column.array().data_type() {
            DataType::Utf8View => Arc::new(column.array().as_string_view().gc()),
            DataType::BinaryView => Arc::new(column.array().as_binary_view().gc()),
            _ => return column,
        };
        Column::from_held(array)
    };
    Batch::new(batch.into_columns().into_iter().map(column).collect(), rows)
}

impl Encoder for Split {
    fn part_rows(&self) -> Option<usize> {
        Some(ROWS)
    }

    fn encode(&self, batches: &[Batch]) -> Result<Encoded> {
        let mut parts = Vec::new();
        for batch in batches.iter().filter(|batch| batch.rows() > 0) {
            parts.extend(self.parts(batch)?);
        }
        Ok(Encoded::new(Part::Rows(parts)))
    }
}
