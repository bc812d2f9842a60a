//! What a place of objects needs to know: names and values, some of them secret.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How object stores are reached: names and values, as the crate `object_store` and other tools call them
/// (`aws_access_key_id`, `aws_endpoint_url`, `google_service_account`, `azure_storage_account_key`, `allow_http`,
/// `timeout`), and `max_retries` and `retry_timeout` (in seconds). They count more than the environment's variables of
/// the same names in capitals. Values are not shown when this is printed; they are part of a query that is sent elsewhere.
///
/// # Examples
/// ```
/// use hypostyle::io::StorageOptions;
/// let options = StorageOptions::from([("aws_region", "eu-north-1"), ("aws_secret_access_key", "xyzzy")]);
/// assert!(!format!("{options:?}").contains("xyzzy"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StorageOptions(pub BTreeMap<String, String>);

impl fmt::Debug for StorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for StorageOptions {
    fn from(pairs: [(K, V); N]) -> Self {
        StorageOptions(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}
