//! The entries of the fuzz targets: over inputs that once failed, and over mutated files, the same ones each time.

#[path = "../../fuzz/entries.rs"]
mod entries;

use hypostyle::io::csv::CsvWriteOptions;
use hypostyle::io::ipc::IpcWriteOptions;
use hypostyle::io::json::JsonWriteOptions;
use hypostyle::{DType, Frame, ParquetWriteOptions, col};
use std::fs;
use std::path::Path;

/// Files made of each good one.
const MUTATED: u64 = 150;

fn replay(name: &str, entry: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions").join(name);
    let mut seen = 0;
    for found in fs::read_dir(folder).unwrap() {
        let path = found.unwrap().path();
        println!("{}", path.display());
        entry(&fs::read(path).unwrap());
        seen += 1;
    }
    assert!(seen > 0, "{name} has no input");
}

#[test]
fn inputs_that_failed_once() {
    replay("csv_split", entries::csv_split);
    replay("csv_parse", entries::csv_parse);
    replay("json_cut", entries::json_cut);
    replay("parquet_open", entries::parquet_open);
    replay("ipc_open", entries::ipc_open);
}

/// Numbers that look random and are the same each time (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % limit.max(1) as u64) as usize
    }
}

/// The bytes with a few changes: what storage, transfer and hostility do to files.
fn mutated(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    const WORDS: [u64; 8] = [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0xffff_ffff, i64::MAX as u64, u64::MAX];
    const BYTES: &[u8] = b"\0\n\r\",;\\#'-+.eE0 9\x7f\x80\xc3\xff";
    let mut out = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(out.len());
        let length = numbers.below(out.len() - at).min(64);
        match numbers.below(8) {
            _ if out.is_empty() => out.push(b'"'),
            0 => out[at] ^= 1 << numbers.below(8),
            1 => out[at] = BYTES[numbers.below(BYTES.len())],
            2 => out.insert(at, BYTES[numbers.below(BYTES.len())]),
            3 => drop(out.drain(at..at + length)),
            4 => {
                let piece = out[at..at + length].to_vec();
                let to = numbers.below(out.len());
                out.splice(to..to, piece);
            }
            5 => out.truncate(at),
            6 => {
                let word = WORDS[numbers.below(WORDS.len())].to_le_bytes();
                let width = [1, 2, 4, 8][numbers.below(4)].min(out.len() - at);
                out[at..at + width].copy_from_slice(&word[..width]);
            }
            _ => out[at] = out[at].wrapping_add(1),
        }
    }
    out
}

#[track_caller]
fn attack(files: &[Vec<u8>], seed: u64, entry: fn(&[u8])) {
    for (number, file) in files.iter().enumerate() {
        entry(file);
        for turn in 0..MUTATED {
            let bytes = mutated(file, &mut Numbers(seed + number as u64 * 1_000_003 + turn * 7919));
            let failed = std::panic::catch_unwind(|| entry(&bytes)).is_err();
            assert!(!failed, "file {number}, turn {turn}: {:?}", String::from_utf8_lossy(&bytes));
        }
    }
}

fn sample() -> Frame {
    let rows = 0..40i64;
    let frame = Frame::builder()
        .column("id", rows.clone().collect::<Vec<_>>())
        .column("real", rows.clone().map(|i| (i % 7 > 0).then_some(i as f64 / 3.0)).collect::<Vec<_>>())
        .column("word", rows.clone().map(|i| (i % 5 > 0).then(|| format!("w{}", i % 3))).collect::<Vec<_>>())
        .column(
            "text",
            rows.clone()
                .map(|i| format!("a text, \"{i}\"\n\u{e9}{}", "x".repeat(i as usize)))
                .collect::<Vec<_>>(),
        )
        .column("flag", rows.map(|i| i % 2 == 0).collect::<Vec<_>>())
        .finish()
        .unwrap();
    let day = col("id").cast(DType::Int32).cast(DType::Date).alias("day");
    frame.lazy().with_columns([day]).collect().unwrap()
}

/// The bytes that a writer makes.
fn written(write: impl FnOnce(&Path)) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    write(&path);
    fs::read(path).unwrap()
}

#[test]
fn mutated_csv_is_read_the_same_in_any_cut_or_refused() {
    let whole = written(|path| sample().lazy().write_csv(path, &CsvWriteOptions::default()).unwrap());
    let files = [
        whole,
        b"a,b,c\n1,2.5,x\n-3,4e1,\"y,\"\"z\"\"\"\n,,\n".to_vec(),
        b"a,b\r\n2024-02-29,true\r\n2024-03-01,false\r\n\"\",\r\n".to_vec(),
        "\u{feff}k;v\n\"x\ny\";'1'\n\n\u{20ac},;\"\"\n".as_bytes().to_vec(),
    ];
    attack(&files, 1, entries::csv_split);
}

#[test]
fn mutated_csv_by_any_options_is_read_or_refused() {
    let text = "# c\na, b,\"c\"\n1_000,\\\"x\\,,2024-02-29\n\"2\",\"y\\\"\"\"\"\n3;z, 1.5\nsum,,\n";
    let files: Vec<Vec<u8>> =
        (0..6u8).map(|i| [&[i.wrapping_mul(83), i.wrapping_mul(157)], text.as_bytes()].concat()).collect();
    attack(&files, 2, entries::csv_parse);
}

#[test]
fn mutated_json_is_read_the_same_in_any_cut_or_refused() {
    let lines = written(|path| {
        sample()
            .lazy()
            .write_json(path, &JsonWriteOptions { lines: Some(true), ..JsonWriteOptions::default() })
            .unwrap()
    });
    let array = JsonWriteOptions { lines: Some(false), ..JsonWriteOptions::default() };
    let array = written(|path| sample().lazy().write_json(path, &array).unwrap());
    let nested = br#"[{"a": [1, {"b": "],["}], "c": "\\\"\\"}, {"a": []} ,{"c": "}\u00e9"}]"#;
    let files: Vec<Vec<u8>> = [(b"0", &lines[..]), (b"1", &array[..]), (b"1", &nested[..])]
        .map(|(first, text)| [&first[..], text].concat())
        .to_vec();
    attack(&files, 5, entries::json_cut);
}

#[test]
fn mutated_parquet_is_read_or_refused() {
    let write =
        |options: ParquetWriteOptions| written(|path| sample().lazy().write_parquet(path, &options).unwrap());
    let bloom_filters = vec!["id".to_owned()];
    let files = [
        write(ParquetWriteOptions {
            row_group_rows: 16,
            page_rows: Some(5),
            bloom_filters,
            ..Default::default()
        }),
        write(ParquetWriteOptions { compression: "zstd".to_owned(), ..Default::default() }),
        write(ParquetWriteOptions { compression: "none".to_owned(), ..Default::default() }),
    ];
    attack(&files, 3, entries::parquet_open);
}

#[test]
fn mutated_ipc_is_read_or_refused() {
    let mut files = Vec::new();
    for (compression, stream) in [("none", false), ("lz4", false), ("none", true), ("zstd", true)] {
        let options = IpcWriteOptions {
            compression: compression.to_owned(),
            stream: Some(stream),
            ..Default::default()
        };
        files.push(written(|path| sample().lazy().write_ipc(path, &options).unwrap()));
    }
    attack(&files, 4, entries::ipc_open);
}
