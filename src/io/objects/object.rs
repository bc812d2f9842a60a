//! One object: where it is, and what was found there.

use crate::error::{Error, ErrorKind, Result};
use crate::io::objects::contract::{Facts, Objects, Wanted};
use crate::io::objects::kept;
use crate::io::objects::url::shown;
use bytes::Bytes;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// An object that was there when the source was opened.
#[derive(Debug)]
pub struct Object {
    objects: Arc<dyn Objects>,
    url: String,
    facts: Facts,
    /// Tells its blocks from those of all others.
    id: u64,
}

impl Object {
    /// An object that was found.
    pub fn new(objects: Arc<dyn Objects>, url: String, facts: Facts) -> Self {
        Object { objects, url, facts, id: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// Its number in this process.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.facts.size
    }

    /// Ranges of its bytes, asked for at once.
    ///
    /// # Errors
    /// As [`Objects::read`].
    pub fn read(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let wanted: Vec<Wanted<'_>> = ranges.iter().map(|range| self.wanted(range.clone())).collect();
        read(self.objects.as_ref(), &wanted)
    }

    /// A range of its bytes, to be asked for together with those of other objects of its place.
    pub fn wanted(&self, range: Range<u64>) -> Wanted<'_> {
        Wanted { url: &self.url, version: self.facts.version.as_deref(), range }
    }

    /// Where it is.
    pub fn objects(&self) -> &Arc<dyn Objects> {
        &self.objects
    }
}

/// Bytes of objects of one place, as many as were asked for.
///
/// # Errors
/// As [`Objects::read`]; `Io` for an answer that is too short.
pub fn read(objects: &dyn Objects, wanted: &[Wanted<'_>]) -> Result<Vec<Bytes>> {
    let found = objects.read(wanted)?;
    let length = |wanted: &Wanted<'_>| wanted.range.end - wanted.range.start;
    let short = wanted.iter().zip(&found).find(|(wanted, bytes)| bytes.len() as u64 != length(wanted));
    match short {
        None if found.len() == wanted.len() => Ok(found),
        None => Err(Error::internal("answers are missing")),
        Some((wanted, bytes)) => {
            let message = format!("{} bytes came where {} were asked for", bytes.len(), length(wanted));
            Err(Error::new(ErrorKind::Io, message).file(shown(wanted.url)).byte(wanted.range.start))
        }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        kept::forget(self.id);
    }
}
