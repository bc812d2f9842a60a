//! Objects written in parts while they are made. Nothing is seen of them before the last step.

use crate::error::{Error, Result};
use crate::io::cloud::failure::failed;
use crate::io::cloud::runtime::{spawn, wait, wait_at_most};
use crate::io::objects::contract::Upload;
use bytes::Bytes;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Bytes of a part. Twice as many after every thousand parts: stores take ten thousand, and objects of terabytes.
const PART: usize = 8 << 20;
const DOUBLED: usize = 1000;
/// Parts under way at a time.
const FLYING: usize = 4;
/// How long giving up may take.
const CLEANING: Duration = Duration::from_secs(10);
/// How long the last step may take: who cancels it does not know whether it was done.
const LAST: Duration = Duration::from_secs(300);

type Sent = JoinHandle<object_store::Result<()>>;

/// An object being written.
pub struct ObjectUpload {
    store: Arc<dyn ObjectStore>,
    path: Path,
    url: String,
    buffer: Vec<u8>,
    parts: usize,
    /// Begun when the first part is full: small objects are one request.
    upload: Option<Box<dyn MultipartUpload>>,
    flying: VecDeque<Sent>,
    /// The last step.
    ending: Option<Sent>,
}

impl fmt::Debug for ObjectUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl ObjectUpload {
    /// Nothing is asked of the store yet.
    pub fn new(store: Arc<dyn ObjectStore>, path: Path, url: String) -> Self {
        let (buffer, flying) = (Vec::new(), VecDeque::new());
        ObjectUpload { store, path, url, buffer, parts: 0, upload: None, flying, ending: None }
    }

    fn part_size(&self) -> usize {
        PART << (self.parts / DOUBLED).min(9)
    }

    /// Sends the buffer as a part.
    fn send(&mut self) -> Result<()> {
        if self.upload.is_none() {
            let (store, path) = (self.store.clone(), self.path.clone());
            let begun = wait(async move { store.put_multipart(&path).await })?;
            self.upload = Some(begun.map_err(|error| failed(&error, &self.url))?);
        }
        let bytes = Bytes::from(std::mem::take(&mut self.buffer));
        if let Some(upload) = &mut self.upload {
            self.parts += 1;
            self.flying.push_back(spawn(upload.put_part(bytes.into()))?);
        }
        while self.flying.len() >= FLYING {
            self.landed()?;
        }
        Ok(())
    }

    /// Waits for the part that was sent first.
    fn landed(&mut self) -> Result<()> {
        let Some(part) = self.flying.pop_front() else { return Ok(()) };
        joined(wait(part)?, &self.url)
    }
}

fn joined(result: Result<object_store::Result<()>, tokio::task::JoinError>, url: &str) -> Result<()> {
    match result {
        Ok(result) => result.map_err(|error| failed(&error, url)),
        Err(_) => Err(Error::internal("a request panicked").file(url)),
    }
}

impl Upload for ObjectUpload {
    fn url(&self) -> &str {
        &self.url
    }

    fn append(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = self.part_size() - self.buffer.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() >= self.part_size() {
                self.send()?;
            }
        }
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        if !self.buffer.is_empty() {
            self.send()?;
        }
        while !self.flying.is_empty() {
            self.landed()?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        if self.ending.is_some() {
            return Ok(());
        }
        if self.upload.is_some() {
            self.close()?;
        }
        self.ending = Some(match self.upload.take() {
            Some(mut upload) => spawn(async move {
                let ended = upload.complete().await;
                if ended.is_err() {
                    let _ = upload.abort().await;
                }
                ended.map(|_| ())
            })?,
            None => {
                let (store, path) = (self.store.clone(), self.path.clone());
                let bytes = Bytes::from(std::mem::take(&mut self.buffer));
                spawn(async move { store.put(&path, bytes.into()).await.map(|_| ()) })?
            }
        });
        Ok(())
    }

    fn publish(mut self: Box<Self>) -> Result<()> {
        self.begin()?;
        match self.ending.take() {
            Some(ending) => joined(wait_at_most(ending, LAST)?, &self.url),
            None => Ok(()),
        }
    }
}

impl Drop for ObjectUpload {
    fn drop(&mut self) {
        let flying = std::mem::take(&mut self.flying);
        let Some(mut upload) = self.upload.take() else { return };
        flying.iter().for_each(JoinHandle::abort);
        let cleaned = async move {
            // A part that ends after the upload was given up would stay.
            for part in flying {
                let _ = part.await;
            }
            let _ = upload.abort().await;
        };
        let _ = wait_at_most(cleaned, CLEANING);
    }
}
