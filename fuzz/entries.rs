//! What is done with arbitrary bytes. Each entry panics if a file of them is neither read nor refused with a typed error,
//! or if it is read differently in another cut. The fuzz targets and the test that replays kept inputs call these.

use hypostyle::io::csv::OnError;
use hypostyle::io::ipc::IpcOptions;
use hypostyle::io::json::JsonOptions;
use hypostyle::{
    CsvOptions, DType, ErrorKind, Frame, ParquetOptions, Result, scan_csv, scan_ipc, scan_json, scan_parquet,
};
use std::io::Write;
use std::path::Path;

/// CSV in parts of any size reads as the whole does.
pub fn csv_split(bytes: &[u8]) {
    with_file(bytes, ".csv", |path| {
        let read = |partition_bytes: u64| {
            let options = CsvOptions {
                partition_bytes: Some(partition_bytes),
                rename_duplicates: true,
                ..CsvOptions::default()
            };
            checked(scan_csv(path, options).and_then(|scan| scan.collect()))
        };
        let whole = read(1 << 30);
        for partition_bytes in [1, 3, 16, 61] {
            let parts = read(partition_bytes);
            match (&whole, &parts) {
                (Ok(whole), Ok(parts)) => assert!(whole == parts, "parts of {partition_bytes}"),
                (Err(whole), Err(parts)) => {
                    assert_eq!(whole.kind(), parts.kind(), "parts of {partition_bytes}: {whole}; {parts}");
                }
                _ => panic!(
                    "parts of {partition_bytes}: {:?}, whole: {:?}",
                    parts.as_ref().err(),
                    whole.as_ref().err()
                ),
            }
        }
    });
}

/// CSV by options that the first two bytes choose.
pub fn csv_parse(bytes: &[u8]) {
    let Some((&[first, second], text)) = bytes.split_first_chunk::<2>() else { return };
    let bit = |place: u8| (u16::from_be_bytes([first, second]) >> place) & 1 == 1;
    let on_errors = [OnError::Raise, OnError::Null, OnError::Skip, OnError::Quarantine];
    let delimiters = [',', ';', '\t', ' '];
    let options = CsvOptions {
        delimiter: delimiters[usize::from(second >> 6)],
        on_error: on_errors[usize::from(first & 3)],
        sniff: bit(0),
        quote: (!bit(1)).then_some('"'),
        has_header: !bit(2),
        escape: bit(3).then_some('\\'),
        comment: bit(4).then_some('#'),
        skip_initial_space: bit(5),
        thousands: bit(10).then_some('_'),
        row_index: bit(11).then(|| "number of the row".to_owned()),
        skip_footer: u64::from(bit(12)),
        skip_rows: u64::from(bit(13)),
        n_rows: bit(14).then_some(3),
        quoted_nulls: bit(15),
        rename_duplicates: true,
        partition_bytes: Some(13),
        ..CsvOptions::default()
    };
    with_file(text, ".csv", |path| {
        let Ok(scan) = checked(scan_csv(path, options.clone())) else { return };
        let _ = checked(scan.collect());
        // The same columns with other types, so that every value that is not of the type is met.
        for dtype in ["int8", "float32", "date", "timestamp[ms]", "decimal(9, 2)", "bool"] {
            let dtype = DType::parse(dtype).unwrap_or(DType::Null);
            let names = scan.schema().map(|schema| schema.names().map(str::to_owned).collect::<Vec<_>>());
            let typed = names.unwrap_or_default().into_iter().fold(options.clone(), |options, name| {
                match options.row_index.as_ref() == Some(&name) {
                    true => options,
                    false => options.with_dtype(name, dtype.clone()),
                }
            });
            let _ = checked(scan_csv(path, typed).and_then(|scan| scan.collect()));
        }
    });
}

/// Bytes as a Parquet file.
pub fn parquet_open(bytes: &[u8]) {
    with_file(bytes, ".parquet", |path| {
        let _ = checked(scan_parquet(path, ParquetOptions::default()).and_then(|scan| scan.collect()));
    });
}

/// JSON in parts of any size reads as the whole does: lines if the first byte is even, else one array.
pub fn json_cut(bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else { return };
    with_file(text, ".json", |path| {
        let read = |partition_bytes: u64| {
            let options = JsonOptions {
                lines: Some(first % 2 == 0),
                partition_bytes: Some(partition_bytes),
                ..JsonOptions::default()
            };
            checked(scan_json(path, options).and_then(|scan| scan.collect()))
        };
        let whole = read(1 << 30);
        for partition_bytes in [1, 3, 16, 61] {
            match (&whole, &read(partition_bytes)) {
                (Ok(whole), Ok(parts)) => assert!(whole == parts, "parts of {partition_bytes}"),
                (Err(_), Err(_)) => {}
                (whole, parts) => panic!(
                    "parts of {partition_bytes}: {:?}, whole: {:?}",
                    parts.as_ref().err(),
                    whole.as_ref().err()
                ),
            }
        }
    });
}

/// Bytes as an Arrow IPC file or stream.
pub fn ipc_open(bytes: &[u8]) {
    with_file(bytes, ".arrow", |path| {
        let _ = checked(scan_ipc(path, IpcOptions::default()).and_then(|scan| scan.collect()));
    });
}

/// An error that is no excuse is a panic.
fn checked<T: Looked>(result: Result<T>) -> Result<T> {
    match &result {
        Err(error) => assert!(error.kind() != ErrorKind::Internal, "{error}"),
        Ok(value) => value.look(),
    }
    result
}

/// What can be looked at whole.
trait Looked {
    fn look(&self);
}

impl Looked for Frame {
    /// Looks at every value: what is read must be whole.
    fn look(&self) {
        for name in self.schema().names() {
            let column = self.column(name).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(column.values().count() as u64, self.rows());
        }
    }
}

impl Looked for hypostyle::LazyFrame {
    fn look(&self) {}
}

fn with_file(bytes: &[u8], suffix: &str, run: impl FnOnce(&Path)) {
    let file = tempfile::Builder::new().suffix(suffix).tempfile();
    let mut file = file.unwrap_or_else(|error| panic!("no temporary file: {error}"));
    file.write_all(bytes).unwrap_or_else(|error| panic!("no temporary file: {error}"));
    run(file.path());
}
