//! The contract of places of objects, kept by the stores of the crate.

use crate::error::{Error, ErrorKind, Result};
use crate::io::cloud::address::{Address, Kind};
use crate::io::cloud::failure::{failed, no_answer};
use crate::io::cloud::runtime::wait;
use crate::io::cloud::stores::{Settings, store};
use crate::io::cloud::upload::ObjectUpload;
use crate::io::objects::contract::{Facts, Objects, Upload, Wanted};
use crate::io::objects::options::StorageOptions;
use crate::io::objects::url::shown;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Requests of one call that are under way at a time.
const AT_ONCE: usize = 16;
/// How versions begin that are whole files in memory.
const WHOLE: &str = "whole:";

/// A bucket, a container, a web server.
pub struct Cloud {
    address: Address,
    settings: Settings,
    /// Files of servers that know no ranges.
    wholes: Mutex<HashMap<String, Bytes>>,
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(shown(&self.address.base))
    }
}

/// The places in use, so that one place is one value.
static PLACES: Mutex<Vec<Weak<Cloud>>> = Mutex::new(Vec::new());

/// The place of a URL.
///
/// # Errors
/// `Unsupported` for unknown schemes; `InvalidArgument` for wrong URLs and options.
pub fn open(url: &str, options: &StorageOptions) -> Result<Arc<dyn Objects>> {
    let address = Address { path: Path::default(), ..Address::parse(url)? };
    let settings = Settings::new(address.kind, options);
    // Wrong options are told now.
    store(&address, &settings).map_err(|error| error.file(shown(url)))?;
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    places.retain(|place| place.strong_count() > 0);
    let same = |place: &Arc<Cloud>| place.address == address && place.settings == settings;
    if let Some(known) = places.iter().filter_map(Weak::upgrade).find(same) {
        return Ok(known);
    }
    let made = Arc::new(Cloud { address, settings, wholes: Mutex::default() });
    places.push(Arc::downgrade(&made));
    Ok(made)
}

impl Cloud {
    /// The store as this process has it: asked for anew for every call, since a fork may lie between two.
    fn store(&self) -> Result<Arc<dyn ObjectStore>> {
        store(&self.address, &self.settings)
    }

    fn path(&self, url: &str) -> Result<Path> {
        Ok(Address::parse(url)?.path)
    }

    /// A file of a web server. One byte is asked for, which tells the size, and whether the server knows ranges; where it
    /// does not, this is the whole file.
    fn find_page(&self, url: &str, path: Path) -> Result<Facts> {
        let store = self.store()?;
        let name = url.to_owned();
        let found = wait(async move {
            let options = GetOptions { range: Some(GetRange::Bounded(0..1)), ..GetOptions::default() };
            match store.get_opts(&path, options).await {
                Ok(found) => Ok((facts(&found.meta), None)),
                Err(
                    error @ (object_store::Error::NotFound { .. }
                    | object_store::Error::PermissionDenied { .. }
                    | object_store::Error::Unauthenticated { .. }),
                ) => Err(failed(&error, &name)),
                Err(error) if no_answer(&error) => Err(failed(&error, &name)),
                Err(first) => {
                    let whole = async { store.get(&path).await?.bytes().await };
                    match whole.await {
                        Ok(bytes) => Ok((Facts { size: bytes.len() as u64, version: None }, Some(bytes))),
                        Err(_) => Err(failed(&first, &name)),
                    }
                }
            }
        })??;
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Ok(match found {
            (facts, None) => facts,
            (facts, Some(bytes)) => {
                let version = format!("{WHOLE}{}", NEXT.fetch_add(1, Ordering::Relaxed));
                self.wholes.lock().unwrap_or_else(PoisonError::into_inner).insert(version.clone(), bytes);
                Facts { version: Some(version), ..facts }
            }
        })
    }

    /// Bytes of a file that is in memory.
    fn of_whole(&self, wanted: &Wanted<'_>) -> Option<Bytes> {
        let wholes = self.wholes.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = wholes.get(wanted.version?)?;
        let (start, end) = (usize::try_from(wanted.range.start), usize::try_from(wanted.range.end));
        let (start, end) = (start.ok()?.min(bytes.len()), end.ok()?.min(bytes.len()));
        Some(bytes.slice(start..end))
    }
}

fn facts(found: &ObjectMeta) -> Facts {
    // Weak tags equal one another where bytes do not.
    let version = found.e_tag.clone().filter(|tag| !tag.starts_with("W/"));
    Facts { size: found.size, version }
}

async fn get(
    store: Arc<dyn ObjectStore>,
    path: Path,
    version: Option<String>,
    range: Range<u64>,
) -> object_store::Result<Bytes> {
    let options =
        GetOptions { range: Some(GetRange::Bounded(range)), if_match: version, ..GetOptions::default() };
    store.get_opts(&path, options).await?.bytes().await
}

impl Objects for Cloud {
    fn find(&self, url: &str) -> Result<Facts> {
        let path = self.path(url)?;
        if self.address.kind == Kind::Http {
            return self.find_page(url, path);
        }
        if path.is_root() {
            return Err(Error::new(ErrorKind::FileNotFound, "the URL names no object").file(shown(url)));
        }
        let store = self.store()?;
        let found = wait(async move { store.head(&path).await })?;
        found.map(|found| facts(&found)).map_err(|error| failed(&error, url))
    }

    fn list(&self, folder: &str) -> Result<Vec<(String, Facts)>> {
        if self.address.kind == Kind::Http {
            return Err(Error::unsupported("web servers do not tell which files they have")
                .file(shown(folder))
                .hint("pass a list of URLs"));
        }
        let (store, path) = (self.store()?, self.path(folder)?);
        let prefix = path.to_string();
        let found = wait(async move { store.list(Some(&path)).try_collect::<Vec<ObjectMeta>>().await })?;
        let found = found.map_err(|error| failed(&error, folder))?;
        // Named as the folder is, whatever way its URL is written.
        let root = folder.trim_end_matches('/');
        let mut all = Vec::with_capacity(found.len());
        for one in found {
            let name = one.location.as_ref().strip_prefix(prefix.as_str());
            all.extend(name.map(|name| (format!("{root}/{}", name.trim_start_matches('/')), facts(&one))));
        }
        all.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(all)
    }

    fn read(&self, wanted: &[Wanted<'_>]) -> Result<Vec<Bytes>> {
        let store = self.store()?;
        let mut jobs = Vec::with_capacity(wanted.len());
        for one in wanted {
            let whole = self.of_whole(one);
            let (store, path) = (store.clone(), self.path(one.url)?);
            let (url, version, range) =
                (one.url.to_owned(), one.version.map(str::to_owned), one.range.clone());
            jobs.push(async move {
                match whole {
                    Some(bytes) => Ok(bytes),
                    None if range.is_empty() => Ok(Bytes::new()),
                    None => get(store, path, version, range).await.map_err(|error| failed(&error, &url)),
                }
            });
        }
        wait(async move { stream::iter(jobs).buffered(AT_ONCE).try_collect::<Vec<Bytes>>().await })?
    }

    fn create(&self, url: &str) -> Result<Box<dyn Upload>> {
        if self.address.kind == Kind::Http {
            return Err(Error::unsupported("files of web servers are only read")
                .file(shown(url))
                .hint("write to s3://, gs:// or az://, or to a local file"));
        }
        let path = self.path(url)?;
        if path.is_root() || url.ends_with('/') {
            return Err(Error::invalid("the URL names no object")
                .file(shown(url))
                .hint("name the file to be written"));
        }
        Ok(Box::new(ObjectUpload::new(self.store()?, path, url.to_owned())))
    }

    fn remove(&self, urls: Vec<String>) -> Result<()> {
        let store = self.store()?;
        let mut paths = Vec::with_capacity(urls.len());
        for url in &urls {
            paths.push(Ok(self.path(url)?));
        }
        let Some(first) = urls.first() else { return Ok(()) };
        let gone = wait(async move {
            store.delete_stream(stream::iter(paths).boxed()).try_collect::<Vec<Path>>().await
        })?;
        gone.map(|_| ()).map_err(|error| failed(&error, first))
    }
}
