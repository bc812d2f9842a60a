//! Folders whose files Python writes.

use crate::error::{Answer, misuse};
use crate::gil::detached;
use hypostyle::Error;
use hypostyle::io::StorageOptions;
use hypostyle::io::compressed::inner_name;
use pyo3::prelude::{Python, pyclass, pymethods};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A folder that is filled beside its place, and takes it when all its files are there.
#[pyclass(frozen)]
pub struct Staging {
    /// None when it is done with.
    inner: Mutex<Option<hypostyle::io::Staging>>,
    operation: String,
}

impl Staging {
    fn take(&self) -> Option<hypostyle::io::Staging> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[pymethods]
impl Staging {
    /// Replaces files of these extensions, without and with compression, and those named like `example`.
    #[new]
    fn new(
        py: Python<'_>,
        operation: String,
        path: PathBuf,
        overwrite: bool,
        mut extensions: Vec<String>,
        example: String,
    ) -> Answer<Self> {
        let own = Path::new(inner_name(&example)).extension().unwrap_or_default();
        extensions.push(own.to_string_lossy().into_owned());
        // Archives are written by pandas.
        let archived: Vec<String> = extensions.iter().map(|extension| format!("{extension}.zip")).collect();
        let extensions: Vec<&str> = extensions.iter().chain(&archived).map(String::as_str).collect();
        let started = detached(py, || {
            hypostyle::io::Staging::new(&path, overwrite, &extensions, &StorageOptions::default())
        });
        let inner = started.map_err(|error: Error| error.operation(operation.as_str()))?;
        Ok(Staging { inner: Mutex::new(Some(inner)), operation })
    }

    /// Where the files are written.
    #[getter]
    fn folder(&self) -> Answer<PathBuf> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = inner.as_ref().and_then(|staging| staging.folder());
        Ok(folder.ok_or_else(|| misuse("no folder is being filled"))?.to_owned())
    }

    /// Gives it its place.
    fn finish(&self, py: Python<'_>) -> Answer<()> {
        let Some(staging) = self.take() else { return Err(misuse("the folder was finished before")) };
        detached(py, || staging.finish()).map_err(|error| error.operation(self.operation.as_str()))?;
        Ok(())
    }

    /// Removes it; does nothing if it is finished.
    fn discard(&self, py: Python<'_>) {
        detached(py, || drop(self.take()));
    }
}
