//! The contract of a file format: how its files become a table source, and how a table becomes a file.

use crate::data::Schema;
use crate::error::{Error, Result};
use crate::plan::TableSource;
use crate::plan::target::Writer;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Opens files with options in JSON.
pub type Open = fn(paths: &[PathBuf], options: &str) -> Result<Arc<dyn TableSource>>;

/// A file format: what `FORMATS` lists. Options are the format's own, as JSON; an empty text is all defaults.
pub struct Format {
    /// Its name, as sources as data call it.
    pub name: &'static str,
    /// Extensions of its files, in lower case.
    pub extensions: &'static [&'static str],
    /// Opens files (or patterns) as one table.
    pub open: Open,
    /// Starts a file.
    pub create: fn(path: &Path, schema: &Schema, options: &str) -> Result<Writer>,
}

/// The options in a JSON text; all defaults if it is empty.
///
/// # Errors
/// `InvalidArgument` naming what is wrong.
pub fn options<T: Default + serde::de::DeserializeOwned>(json: &str) -> Result<T> {
    if json.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_str(json).map_err(|error| Error::invalid(format!("wrong options: {error}")))
}
