//! The places that paths lead to.

use crate::error::Result;
use crate::io::objects::contract::Objects;
use crate::io::objects::options::StorageOptions;
use crate::io::objects::url::url;
use std::path::Path;
use std::sync::Arc;

/// The place that a path leads to; `None` for a local one.
///
/// # Errors
/// `Unsupported` for schemes that are not known, and where this is built without the feature `cloud`;
/// `InvalidArgument` for options that the place does not know.
pub fn objects(path: &Path, options: &StorageOptions) -> Result<Option<Arc<dyn Objects>>> {
    url(path).map(|url| open(url, options)).transpose()
}

#[cfg(feature = "cloud")]
fn open(url: &str, options: &StorageOptions) -> Result<Arc<dyn Objects>> {
    crate::io::cloud::open(url, options)
}

#[cfg(not(feature = "cloud"))]
fn open(url: &str, _options: &StorageOptions) -> Result<Arc<dyn Objects>> {
    Err(crate::error::Error::unsupported("files elsewhere are not part of this build")
        .file(crate::io::objects::url::shown(url))
        .hint("build hypostyle with the feature cloud"))
}

#[cfg(all(test, not(feature = "cloud")))]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn without_the_feature_a_url_says_so() {
        let error = objects(Path::new("s3://bucket/key"), &StorageOptions::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.suggestion(), Some("build hypostyle with the feature cloud"));
    }
}
