//! What is known of Parquet files once they are open.

use crate::data::Schema;
use crate::error::Result;
use crate::io::dictionary::Dictionary;
use crate::io::file::InputFile;
use crate::io::guard::guarded;
use crate::io::parquet::input::PositionedFile;
use crate::io::parquet::options::ParquetOptions;
use crate::io::rejects::Rejects;
use arrow::datatypes::SchemaRef;
use parquet::basic::Encoding;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use std::sync::{Arc, OnceLock};

/// One file of the table.
pub struct ParquetFile {
    /// Where it is.
    pub input: InputFile,
    /// Its footer.
    pub metadata: Arc<ParquetMetaData>,
    /// Its columns as Arrow has them.
    pub arrow: SchemaRef,
    /// The position in the file of each column of the schema.
    pub roots: Vec<usize>,
    /// The first leaf of each column of the file, found when first needed.
    pub leaves: OnceLock<Vec<Option<usize>>>,
    /// The footer with the index of pages, read when first needed.
    pub indexed: OnceLock<Arc<ParquetMetaData>>,
}

impl ParquetFile {
    /// The leaf that holds a column of the schema that is not nested.
    pub fn leaf(&self, column: usize) -> Option<usize> {
        let leaves = self.leaves.get_or_init(|| {
            let parquet = self.metadata.file_metadata().schema_descr();
            let mut leaves = vec![None; self.arrow.fields().len()];
            for leaf in (0..parquet.num_columns()).rev() {
                if let Some(first) = leaves.get_mut(parquet.get_column_root_idx(leaf)) {
                    *first = Some(leaf);
                }
            }
            leaves
        });
        leaves.get(self.roots[column]).copied().flatten()
    }

    /// Whether a column of the schema is wholly held with a dictionary in a row group.
    pub fn is_coded(&self, group: usize, column: usize) -> bool {
        self.leaf(column).is_some_and(|leaf| {
            let chunk = self.metadata.row_group(group).column(leaf);
            let all_coded = chunk.page_encoding_stats_mask().is_some_and(|mask| {
                mask.is_only(Encoding::PLAIN_DICTIONARY) || mask.is_only(Encoding::RLE_DICTIONARY)
            });
            chunk.dictionary_page_offset().is_some() && all_coded
        })
    }

    /// The footer with the index of pages, as far as the file has one. An index that cannot be read is as none: it only
    /// saves work.
    pub fn indexed(&self) -> &Arc<ParquetMetaData> {
        self.indexed.get_or_init(|| self.with_index().unwrap_or_else(|_| self.metadata.clone()))
    }

    fn with_index(&self) -> Result<Arc<ParquetMetaData>> {
        let file = PositionedFile::new(self.input.open()?);
        guarded(&self.input, || {
            let mut reader = ParquetMetaDataReader::new_with_metadata(self.metadata.as_ref().clone())
                .with_page_index_policy(PageIndexPolicy::Optional);
            reader.read_page_indexes(&file)?;
            reader.finish().map(Arc::new)
        })
    }
}

/// What was found out when the files were opened.
pub struct ParquetTable {
    /// Names and types.
    pub schema: Schema,
    /// The files in order.
    pub files: Vec<ParquetFile>,
    /// How to read.
    pub options: ParquetOptions,
    /// The number of the first file among those of all tables that are read as one.
    pub first_file: usize,
    /// Pages that could not be read.
    pub rejects: Arc<Rejects>,
    /// For each column the texts its codes start with, found when first needed; `None`: it is not coded.
    pub dictionaries: Vec<OnceLock<Result<Option<Arc<Dictionary>>>>>,
}
