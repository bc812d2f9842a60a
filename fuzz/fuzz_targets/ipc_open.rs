//! Bytes as an Arrow IPC file or stream are read or refused.

#![no_main]

#[path = "../entries.rs"]
#[allow(dead_code)]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::ipc_open(bytes));
