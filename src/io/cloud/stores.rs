//! Stores by bucket and settings: made at first use, made anew in a forked child, whose parent's connections are not its.

use crate::config;
use crate::error::{Error, Result};
use crate::io::cloud::address::{Address, Kind};
use crate::io::cloud::failure::failed;
use crate::io::objects::options::StorageOptions;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::memory::InMemory;
use object_store::{ClientConfigKey, ObjectStore, RetryConfig};
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often, and how long, a request is tried again; the crate's own ten times in three minutes are long for who waits.
const RETRIES: usize = 3;
const RETRY_TIME: Duration = Duration::from_secs(30);
/// How long an answer may take as a whole, and how long nothing may come: a slow line is no error, one that is dead is.
const PATIENCE: &[(&str, &str)] = &[("timeout", "300 seconds"), ("read_timeout", "60 seconds")];
/// Stores that are kept.
const MOST: usize = 256;

/// What stores are made from: what the user gave, and what the environment says beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Settings {
    given: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
}

impl Settings {
    /// Those of now: the environment may change while a program runs. Names are lower case.
    pub fn new(kind: Kind, options: &StorageOptions) -> Self {
        let lower = |(name, value): (&String, &String)| (name.to_ascii_lowercase(), value.clone());
        let prefix = match kind {
            Kind::Amazon => "AWS_",
            Kind::Google => "GOOGLE_",
            Kind::Azure => "AZURE_",
            Kind::Http | Kind::Memory => "",
        };
        let found = if prefix.is_empty() { Vec::new() } else { config::variables(prefix) };
        // A variable without a value is set by nobody.
        let set = found.iter().filter(|(_, value)| !value.is_empty());
        let environment = set.map(|(name, value)| lower((name, value))).collect();
        Settings { given: options.0.iter().map(lower).collect(), environment }
    }

    fn retry(&self) -> Result<RetryConfig> {
        let number = |name: &str| {
            self.given.get(name).map(|text| {
                let wrong =
                    |_| Error::invalid(format!("storage_options: {name} is a whole number")).value(text);
                text.trim_end_matches('s').trim().parse::<u32>().map_err(wrong)
            })
        };
        let retries = number("max_retries").transpose()?;
        let seconds = number("retry_timeout").transpose()?;
        Ok(RetryConfig {
            max_retries: retries.map_or(RETRIES, |retries| retries as usize),
            retry_timeout: seconds.map_or(RETRY_TIME, |seconds| Duration::from_secs(seconds.into())),
            ..RetryConfig::default()
        })
    }

    /// Options under the names of a kind of store. What the environment says and the store does not know is not for it; what
    /// the user said is.
    fn apply<B, K: FromStr>(&self, mut builder: B, with: impl Fn(B, K, &str) -> B) -> Result<B> {
        for (name, value) in PATIENCE {
            if let Ok(key) = name.parse::<K>() {
                builder = with(builder, key, value);
            }
        }
        for (name, value) in &self.environment {
            if let Ok(key) = name.parse::<K>() {
                check(name, value).map_err(|error| error.hint("it comes from the environment"))?;
                builder = with(builder, key, value);
            }
        }
        for (name, value) in &self.given {
            if matches!(name.as_str(), "max_retries" | "retry_timeout") {
                continue;
            }
            let unknown = |_| {
                Error::invalid(format!("storage_options: no such option {name:?} for this kind of store"))
                    .hint("names are those of the crate object_store, such as aws_access_key_id")
            };
            check(name, value)?;
            builder = with(builder, name.parse::<K>().map_err(unknown)?, value);
        }
        Ok(builder)
    }
}

/// Values that no request could be made of.
fn check(name: &str, value: &str) -> Result<()> {
    let wrong =
        |message: &str| Err(Error::invalid(format!("storage_options: {name} {message}")).value(value));
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
    let is_url = |scheme: &str| value.strip_prefix(scheme).is_some_and(plain);
    let flag = name.contains("use_");
    if name.contains("endpoint") && !flag && !is_url("http://") && !is_url("https://") {
        return wrong("is a URL with http:// or https://");
    }
    if name.ends_with("region") && !value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return wrong("is the name of a region");
    }
    Ok(())
}

type Stores = HashMap<(String, Settings), Arc<dyn ObjectStore>>;

static STORES: Mutex<Option<(u32, Stores)>> = Mutex::new(None);
/// Objects in memory outlive the stores of a parent.
static MEMORY: Mutex<BTreeMap<String, Arc<InMemory>>> = Mutex::new(BTreeMap::new());

/// The store of an address.
///
/// # Errors
/// `InvalidArgument` for options that are unknown, wrong or missing.
pub fn store(address: &Address, settings: &Settings) -> Result<Arc<dyn ObjectStore>> {
    if address.kind == Kind::Memory {
        let mut memory = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
        return Ok(memory.entry(address.base.clone()).or_default().clone());
    }
    let process = std::process::id();
    let mut guard = STORES.lock().unwrap_or_else(PoisonError::into_inner);
    if guard.as_ref().is_some_and(|(owner, _)| *owner != process) {
        std::mem::forget(guard.take());
    }
    let (_, stores) = guard.get_or_insert_with(|| (process, HashMap::new()));
    let key = (address.base.clone(), settings.clone());
    if let Some(known) = stores.get(&key) {
        return Ok(known.clone());
    }
    let made = build(address, settings)?;
    if stores.len() >= MOST {
        stores.clear();
    }
    stores.insert(key, made.clone());
    Ok(made)
}

fn build(address: &Address, settings: &Settings) -> Result<Arc<dyn ObjectStore>> {
    // TLS takes the process's own provider if it has one; without, it is told which.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let wrong = |error: object_store::Error| {
        let error = failed(&error, &address.base);
        let error = Error::invalid(format!("storage_options: {}", error.message())).file(&address.base);
        match address.kind {
            Kind::Azure if error.message().contains("Account") => error.hint(
                "pass azure_storage_account_name, or name it in the URL: abfss://container@account.dfs.core.windows.net/...",
            ),
            Kind::Amazon => error.hint("aws_access_key_id and aws_secret_access_key are given together"),
            _ => error,
        }
    };
    let retry = settings.retry()?;
    Ok(match address.kind {
        Kind::Amazon => {
            let builder = AmazonS3Builder::new().with_bucket_name(address.bucket()).with_retry(retry);
            Arc::new(
                settings.apply(builder, |b, key, value| b.with_config(key, value))?.build().map_err(wrong)?,
            )
        }
        Kind::Google => {
            let builder = GoogleCloudStorageBuilder::new().with_bucket_name(address.bucket());
            let builder =
                settings.apply(builder.with_retry(retry), |b, key, value| b.with_config(key, value))?;
            Arc::new(builder.build().map_err(wrong)?)
        }
        Kind::Azure => {
            let builder = MicrosoftAzureBuilder::new().with_url(&address.base).with_retry(retry);
            Arc::new(
                settings.apply(builder, |b, key, value| b.with_config(key, value))?.build().map_err(wrong)?,
            )
        }
        Kind::Http => {
            let builder = HttpBuilder::new().with_url(&address.base).with_retry(retry);
            // Who names a server without encryption has allowed it.
            let open = address.base.to_ascii_lowercase().starts_with("http://");
            let builder = builder.with_config(ClientConfigKey::AllowHttp, open.to_string());
            Arc::new(
                settings.apply(builder, |b, key, value| b.with_config(key, value))?.build().map_err(wrong)?,
            )
        }
        Kind::Memory => Arc::new(InMemory::new()),
    })
}
