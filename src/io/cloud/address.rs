//! URLs taken apart: which kind of store, which bucket, which object.

use crate::error::{Error, Result};
use crate::io::objects::url::shown;
use object_store::path::Path;

/// A kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// S3, and what speaks its protocol.
    Amazon,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
    /// A web server, read only.
    Http,
    /// The memory of this process.
    Memory,
}

/// A URL taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// The kind of its store.
    pub kind: Kind,
    /// What all objects of its store begin with: `s3://bucket`, `https://host`.
    pub base: String,
    /// The object in it.
    pub path: Path,
}

const SCHEMES: &[(&str, Kind)] = &[
    ("s3", Kind::Amazon),
    ("s3a", Kind::Amazon),
    ("gs", Kind::Google),
    ("gcs", Kind::Google),
    ("az", Kind::Azure),
    ("azure", Kind::Azure),
    ("abfs", Kind::Azure),
    ("abfss", Kind::Azure),
    ("http", Kind::Http),
    ("https", Kind::Http),
    ("memory", Kind::Memory),
];

impl Address {
    /// Takes a URL apart. What follows the bucket is the object's key as it is: nothing in it is decoded. The URL of a web
    /// server stays whole where it holds more than plain names.
    ///
    /// # Errors
    /// `Unsupported` for other schemes; `InvalidArgument` for a URL without a bucket or with an impossible key.
    pub fn parse(url: &str) -> Result<Self> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let lower = scheme.to_ascii_lowercase();
        let Some((_, kind)) = SCHEMES.iter().find(|(name, _)| *name == lower) else {
            let known: Vec<&str> = SCHEMES.iter().map(|(name, _)| *name).collect();
            return Err(Error::unsupported(format!("no files at {scheme}://"))
                .file(shown(url))
                .hint(format!("schemes are {}", known.join(", "))));
        };
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(Error::invalid("the URL names no bucket, container or host").file(shown(url)));
        }
        // Others stand for nothing in the names of buckets, and no request could be made of them.
        let named =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | ':' | '$' | '[' | ']');
        if !bucket.chars().all(named) {
            return Err(
                Error::invalid("this is no possible name of a bucket, container or host").file(shown(url))
            );
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '=');
        if *kind == Kind::Http && !key.chars().all(plain) {
            return Ok(Address { kind: *kind, base: url.to_owned(), path: Path::default() });
        }
        let wrong = |error: object_store::path::Error| {
            Error::invalid(format!("this is no possible name of an object: {error}")).file(shown(url))
        };
        let path = Path::parse(key).map_err(wrong)?;
        Ok(Address { kind: *kind, base: format!("{lower}://{bucket}"), path })
    }

    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        self.base.split_once("://").map_or("", |(_, bucket)| bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let parts = |url: &str| {
            let address = Address::parse(url).unwrap();
            (address.kind, address.base.clone(), address.path.to_string())
        };
        let own = |kind, base: &str, path: &str| (kind, base.to_owned(), path.to_owned());
        assert_eq!(parts("s3://b/a/c.csv"), own(Kind::Amazon, "s3://b", "a/c.csv"));
        assert_eq!(parts("S3://b/k=a%20b/c d"), own(Kind::Amazon, "s3://b", "k=a%20b/c d"));
        assert_eq!(parts("s3://b/folder/"), own(Kind::Amazon, "s3://b", "folder"));
        assert_eq!(parts("abfss://c@a.dfs.core.windows.net/x").1, "abfss://c@a.dfs.core.windows.net");
        assert_eq!(parts("http://h:8080/a/b.csv"), own(Kind::Http, "http://h:8080", "a/b.csv"));
        let signed = "https://h/a%20b.csv?sig=1";
        assert_eq!(parts(signed), own(Kind::Http, signed, ""));
        for (url, words) in [
            ("ftp://h/x", "ftp"),
            ("s3:///x", "no bucket"),
            ("s3://a b/x", "name of a bucket"),
            ("s3://b/a/../c", "name"),
        ] {
            let error = Address::parse(url).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
