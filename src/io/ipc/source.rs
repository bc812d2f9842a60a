//! Arrow IPC files and streams as a table.

use crate::data::exchange::categories_of;
use crate::data::{DType, Field, Schema, strings};
use crate::error::{AllOk, Error, ErrorKind, Result};
use crate::io::categories::{self, Described};
use crate::io::file::InputFile;
use crate::io::folders::{self, FileOptions};
use crate::io::ipc::blocks::blocks;
use crate::io::ipc::options::{EXTENSIONS, IpcOptions};
use crate::io::ipc::scan::IpcScan;
use crate::io::ipc::table::IpcFile;
use crate::io::paths;
use crate::plan::{Flow, Scan, ScanRequest, SourceSpec, TableSource};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Opens files, patterns and folders as one table.
///
/// # Errors
/// As [`IpcSource::open`]; `Shape` or `Type` where files do not fit together.
pub fn open(paths: &[PathBuf], options: IpcOptions) -> Result<Arc<dyn TableSource>> {
    let spec = spec(paths.iter().map(|path| path.display().to_string()).collect(), &options)?;
    let one = |inputs: Vec<InputFile>| -> Result<Arc<dyn TableSource>> {
        let own = IpcOptions { files: FileOptions::default(), ..options.clone() };
        Ok(Arc::new(IpcSource::inspect(inputs, own)?))
    };
    folders::open(paths, &options.files, &options.storage, EXTENSIONS, spec, &one)
        .map_err(|error| error.operation("read_ipc"))
}

fn spec(paths: Vec<String>, options: &IpcOptions) -> Result<SourceSpec> {
    let options = serde_json::to_string(options).map_err(|error| Error::internal(error.to_string()))?;
    Ok(SourceSpec { format: "ipc".to_owned(), paths, options })
}

/// Arrow IPC files and streams as a table source.
#[derive(Clone)]
pub struct IpcSource {
    schema: Schema,
    files: Arc<Vec<IpcFile>>,
    options: IpcOptions,
}

impl IpcSource {
    /// Opens files (paths or patterns) as one table: reads the heads of their messages.
    ///
    /// All files must have the same names, in any order, with the same types.
    ///
    /// # Errors
    /// `FileNotFound`, `Io`, `Corrupt` for files that are damaged, cut off or not Arrow IPC, `Unsupported` for types
    /// without a counterpart, `Shape` or `Type` if the files' columns differ, `ColumnNotFound` for names in the options
    /// that the files do not have.
    pub fn open(paths: &[PathBuf], options: IpcOptions) -> Result<Self> {
        let inputs = paths::expand(paths, &options.storage);
        let found = inputs.and_then(|inputs| IpcSource::inspect(inputs, options));
        found.map_err(|error| error.operation("read_ipc"))
    }

    fn inspect(inputs: Vec<InputFile>, options: IpcOptions) -> Result<Self> {
        let mut schema: Option<Schema> = None;
        let mut files = Vec::new();
        InputFile::warm(&inputs)?;
        for input in inputs {
            let blocks = blocks(&input)?;
            let located = |error: Error| error.file(input.name());
            let found = Schema::from_arrow(&blocks.schema).map_err(located)?;
            let file = IpcFile { input: input.clone(), blocks, roots: (0..found.len()).collect() };
            let found = with_categories(&file, &found, &options).map_err(located)?;
            let first = match &schema {
                Some(first) => first.clone(),
                None => found.project(&kept(&found, &options)?),
            };
            let roots = first.fields().iter().map(|field| place(&found, field)).all_ok();
            let roots = roots.map_err(located)?;
            let fields = first.fields().iter().zip(&roots).map(|(field, root)| {
                let dtype = categories::joined(&field.dtype, &found.fields()[*root].dtype);
                Field::new(&field.name, dtype.unwrap_or_else(|| field.dtype.clone()))
            });
            schema = Some(Schema::new(fields.collect())?);
            files.push(IpcFile { roots, ..file });
        }
        let schema = schema.ok_or_else(|| Error::internal("no file of a list that is not empty"))?;
        Ok(IpcSource { schema, files: Arc::new(files), options })
    }
}

/// The schema with the categories of the columns that are read. A file has one dictionary per column, which its first
/// batch shows; only streams change them.
fn with_categories(file: &IpcFile, found: &Schema, options: &IpcOptions) -> Result<Schema> {
    let mut fields = found.fields().to_vec();
    for column in kept(found, options)? {
        let arrow = file.blocks.schema.field(column);
        let categories = match Described::of(arrow)? {
            Described::Not => continue,
            Described::Listed(categories) => categories,
            Described::Unlisted(ordered) => {
                let request = ScanRequest {
                    projection: vec![column],
                    predicate: None,
                    limit: None,
                    // Batches as they are: cutting them would read the first part alone.
                    batch_rows: usize::MAX / 4,
                    kept: false,
                };
                let scan = IpcScan::new(found.clone(), Arc::new(vec![file.clone()]), &request)?;
                let parts = if file.blocks.in_order { scan.partitions() } else { scan.partitions().min(1) };
                let mut values = Vec::new();
                for part in 0..parts {
                    scan.read(part, &mut |batch| {
                        values.extend(
                            strings::coded(batch.column(0).array()).map(|(_, values)| values.clone()),
                        );
                        Ok(Flow::Continue)
                    })?;
                }
                categories_of(&values, ordered).map_err(|error| error.column(arrow.name().as_str()))?
            }
        };
        fields[column].dtype = DType::Categorical(categories);
    }
    Schema::new(fields)
}

fn kept(found: &Schema, options: &IpcOptions) -> Result<Vec<usize>> {
    let Some(wanted) = &options.columns else { return Ok((0..found.len()).collect()) };
    let mut positions = wanted.iter().map(|name| found.index_of(name)).all_ok()?;
    positions.sort_unstable();
    positions.dedup();
    Ok(positions)
}

/// The position of a column of the first file in another.
fn place(found: &Schema, field: &Field) -> Result<usize> {
    let Ok(position) = found.index_of(&field.name) else {
        let message = format!("the column {:?} of the first file is missing", field.name);
        return Err(Error::new(ErrorKind::Shape, message).column(field.name.as_ref()));
    };
    let dtype = &found.fields()[position].dtype;
    match categories::joined(&field.dtype, dtype).is_some() {
        true => Ok(position),
        false => Err(Error::type_mismatch(format!("{dtype} here, {} in the first file", field.dtype))
            .column(field.name.as_ref())),
    }
}

impl fmt::Debug for IpcSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl TableSource for IpcSource {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn rows(&self) -> Option<u64> {
        Some(self.files.iter().flat_map(|file| &file.blocks.batches).map(|(_, rows)| rows).sum())
    }

    fn describe(&self) -> String {
        let inputs: Vec<InputFile> = self.files.iter().map(|file| file.input.clone()).collect();
        format!("ipc {}", paths::describe(&inputs))
    }

    fn codes(&self) -> bool {
        true
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        let scan = IpcScan::new(self.schema.clone(), self.files.clone(), request);
        Ok(Arc::new(scan.map_err(|error| error.operation("read_ipc"))?))
    }

    fn spec(&self) -> Option<SourceSpec> {
        spec(self.files.iter().map(|file| file.input.path().display().to_string()).collect(), &self.options)
            .ok()
    }
}
