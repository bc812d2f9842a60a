//! What is asked of a place that holds objects: how large they are, which there are, their bytes, new ones.

use crate::error::Result;
use bytes::Bytes;
use std::fmt;
use std::ops::Range;

/// What is known of an object without reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Size in bytes.
    pub size: u64,
    /// What tells this version of it from all others, if the place tells.
    pub version: Option<String>,
}

/// Bytes of an object.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "cloud"), allow(dead_code, reason = "what reads the fields is not compiled"))]
pub struct Wanted<'a> {
    /// The object.
    pub url: &'a str,
    /// The version that was found.
    pub version: Option<&'a str>,
    /// Which of its bytes.
    pub range: Range<u64>,
}

/// A place that holds objects: a bucket, a container, a web server. Calls wait; they stop waiting with `Cancelled` when
/// the query is cancelled.
pub trait Objects: Send + Sync + fmt::Debug {
    /// Looks for an object.
    ///
    /// # Errors
    /// `FileNotFound`; `Io` naming the URL.
    fn find(&self, url: &str) -> Result<Facts>;

    /// The objects below a folder, whose URL ends with a slash, by name.
    ///
    /// # Errors
    /// `FileNotFound` for a missing bucket; `Unsupported` for places that tell no names; `Io`.
    fn list(&self, folder: &str) -> Result<Vec<(String, Facts)>>;

    /// Bytes of objects, all asked for at once, in the order they are asked for.
    ///
    /// # Errors
    /// `FileNotFound`, `Io`; `Corrupt` if an object has changed since it was found.
    fn read(&self, wanted: &[Wanted<'_>]) -> Result<Vec<Bytes>>;

    /// Starts an object. What is there stays as it is until [`Upload::publish`].
    ///
    /// # Errors
    /// `Unsupported` for places that are only read; `Io`.
    fn create(&self, url: &str) -> Result<Box<dyn Upload>>;

    /// Removes objects.
    ///
    /// # Errors
    /// `Io`.
    fn remove(&self, urls: Vec<String>) -> Result<()>;
}

/// An object being written. Dropped before it is published, it leaves nothing that can be seen.
pub trait Upload: Send + fmt::Debug {
    /// Where it will be.
    fn url(&self) -> &str;

    /// Appends bytes; they are sent while more are made.
    ///
    /// # Errors
    /// `Io`.
    fn append(&mut self, bytes: &[u8]) -> Result<()>;

    /// Sends what is left, and waits until all is there, though not to be seen: nothing but the last step is missing.
    ///
    /// # Errors
    /// `Io`.
    fn close(&mut self) -> Result<()>;

    /// Begins the last step without waiting for its end.
    ///
    /// # Errors
    /// `Io`.
    fn begin(&mut self) -> Result<()>;

    /// Gives the object its name.
    ///
    /// # Errors
    /// `Io`; then nothing has changed under the name.
    fn publish(self: Box<Self>) -> Result<()>;
}
