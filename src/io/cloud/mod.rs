//! Object stores and web servers through the crate `object_store`: S3, Google Cloud Storage, Azure, HTTP, and the memory of
//! this process. Compiled with the feature `cloud`.

mod address;
mod failure;
mod runtime;
mod store;
mod stores;
mod upload;

#[cfg(test)]
mod http_tests;
#[cfg(test)]
mod tests;

pub use store::open;
