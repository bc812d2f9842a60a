//! Formats looked up in `FORMATS`: by name, or by a path's extension.

use crate::error::{Error, Result};
use crate::io::FORMATS;
use crate::io::compressed::inner_name;
use crate::io::format::Format;
use crate::plan::{SourceSpec, TableSource};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The format of a name.
///
/// # Errors
/// `InvalidArgument` listing the names there are.
pub fn format_by_name(name: &str) -> Result<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name).ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        Error::invalid(format!("no file format {name:?}")).hint(format!("formats are {}", known.join(", ")))
    })
}

/// The format that a path's extension means.
///
/// # Errors
/// `InvalidArgument` listing the extensions there are.
pub fn format_of_path(path: impl AsRef<Path>) -> Result<&'static Format> {
    let path = path.as_ref();
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let extension = Path::new(inner_name(&name)).extension().unwrap_or_default();
    let extension = extension.to_string_lossy().into_owned();
    let found = FORMATS.iter().copied().find(|format| format.extensions.contains(&extension.as_str()));
    found.ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().flat_map(|format| format.extensions).copied().collect();
        Error::invalid(format!("no file format has the extension {extension:?}"))
            .file(path.display().to_string())
            .hint(format!("extensions are {}", known.join(", ")))
    })
}

/// Opens a source that was kept or sent as data.
///
/// # Errors
/// What opening its files raises.
pub fn open_spec(spec: &SourceSpec) -> Result<Arc<dyn TableSource>> {
    let paths: Vec<PathBuf> = spec.paths.iter().map(PathBuf::from).collect();
    (format_by_name(&spec.format)?.open)(&paths, &spec.options)
}
