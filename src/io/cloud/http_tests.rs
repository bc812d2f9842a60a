//! Files of a web server that runs in the test: ranges, none, errors, bodies that are cut off or never end.

use crate::config::Config;
use crate::data::Scalar;
use crate::error::ErrorKind;
use crate::exec::CancelToken;
use crate::io::StorageOptions;
use crate::{CsvOptions, Frame, ParquetOptions, ParquetWriteOptions, col};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How a server behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Manner {
    Ranges,
    /// The whole file, whatever is asked for.
    NoRanges,
    /// Half of what it promises.
    CutOff,
    /// Some bytes, and then no more, though the connection stays open.
    Stuck,
    Status(u16),
}

struct Server {
    port: u16,
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    manner: Mutex<Manner>,
    sent: AtomicU64,
    requests: AtomicU64,
}

impl Server {
    fn start() -> Arc<Server> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Arc::new(Server {
            port: listener.local_addr().unwrap().port(),
            files: Mutex::default(),
            manner: Mutex::new(Manner::Ranges),
            sent: AtomicU64::new(0),
            requests: AtomicU64::new(0),
        });
        let own = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                std::thread::spawn(move || own.serve(stream));
            }
        });
        server
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) -> String {
        self.files.lock().unwrap().insert(path.to_owned(), bytes.into());
        self.url(path)
    }

    fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        loop {
            let Some(Ok(first)) = lines.next() else { return };
            let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut range = None;
            for line in lines.by_ref() {
                let Ok(line) = line else { return };
                if line.is_empty() {
                    break;
                }
                let (name, value) = line.split_once(": ").unwrap_or((&line, ""));
                if name.eq_ignore_ascii_case("range") {
                    let (from, to) = value.trim_start_matches("bytes=").split_once('-').unwrap();
                    range = Some(from.parse::<usize>().unwrap()..to.parse::<usize>().unwrap() + 1);
                }
            }
            self.requests.fetch_add(1, Ordering::Relaxed);
            if self.answer(&mut stream, &path, range).is_none() {
                return;
            }
        }
    }

    fn answer(
        &self,
        stream: &mut TcpStream,
        path: &str,
        range: Option<std::ops::Range<usize>>,
    ) -> Option<()> {
        let manner = *self.manner.lock().unwrap();
        let found = self.files.lock().unwrap().get(path).cloned();
        let (status, body) = match (manner, found) {
            (Manner::Status(status), _) => (status, None),
            (_, None) => (404, None),
            (_, Some(body)) => (200, Some(body)),
        };
        let Some(body) = body else {
            return write!(stream, "HTTP/1.1 {status} No\r\ncontent-length: 0\r\n\r\n").ok();
        };
        let (head, part) = match range.filter(|_| manner != Manner::NoRanges) {
            Some(range) if range.start >= body.len() => {
                return write!(stream, "HTTP/1.1 416 No\r\ncontent-length: 0\r\n\r\n").ok();
            }
            Some(range) => {
                let range = range.start..range.end.min(body.len());
                let (start, end) = (range.start, range.end - 1);
                (format!("206 Some\r\ncontent-range: bytes {start}-{end}/{}", body.len()), &body[range])
            }
            None => ("200 All".to_owned(), body.as_slice()),
        };
        let length = part.len();
        write!(stream, "HTTP/1.1 {head}\r\netag: \"1\"\r\ncontent-length: {length}\r\n\r\n").ok()?;
        self.sent.fetch_add(length as u64, Ordering::Relaxed);
        match manner {
            // One byte is how the size is asked for.
            Manner::CutOff if length > 1 => {
                stream.write_all(&part[..length / 2]).ok()?;
                None
            }
            Manner::Stuck if length > 1 => {
                stream.write_all(&part[..length / 2]).ok()?;
                stream.flush().ok()?;
                std::thread::sleep(Duration::from_secs(20));
                None
            }
            _ => stream.write_all(part).ok(),
        }
    }
}

/// Options that give up soon.
fn hasty() -> StorageOptions {
    StorageOptions::from([("max_retries", "1"), ("retry_timeout", "1"), ("timeout", "1s")])
}

#[test]
fn ranges_are_read() {
    let server = Server::start();
    let url = server.put("/d/x.csv", "a,b\n1,x\n2,y\n");
    assert_eq!(crate::read_csv(&*url).unwrap().shape(), (2, 2));
    let signed = server.put("/a%20b.csv?key=s%2Fcret", "a\n1\n");
    assert_eq!(crate::read_csv(&*signed).unwrap().rows(), 1);
    let empty = server.put("/empty.txt", "");
    assert_eq!(crate::read_text(&*empty).unwrap().rows(), 0);
    let both = crate::read_csv([url.as_str(), url.as_str()]).unwrap();
    assert_eq!(both.rows(), 4);
}

#[test]
fn only_the_columns_and_rows_that_are_wanted_are_asked_for() {
    let server = Server::start();
    let rows = 400_000i64;
    let column = |salt: i64| {
        (0..rows).map(|row| (row * 7919 + salt).wrapping_mul(0x5851_f42d_4c95_7f2d)).collect::<Vec<i64>>()
    };
    let mut builder = Frame::builder().column("id", (0..rows).collect::<Vec<i64>>());
    for salt in 0..9 {
        builder = builder.column(format!("c{salt}"), column(salt));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let options = ParquetWriteOptions { row_group_rows: 100_000, ..ParquetWriteOptions::default() };
    builder.finish().unwrap().lazy().write_parquet(&path, &options).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    assert!(size > 25 << 20);
    let url = server.put("/x.parquet", std::fs::read(&path).unwrap());
    let one = crate::scan_parquet(&*url, ParquetOptions::default()).unwrap().select([col("c4")]);
    assert_eq!(one.collect().unwrap().rows(), 400_000);
    let (sent, requests) =
        (server.sent.swap(0, Ordering::Relaxed), server.requests.swap(0, Ordering::Relaxed));
    assert!(sent < size / 7, "{sent} of {size} bytes for one of ten columns");
    assert!(requests < 12, "{requests} requests");
    // One of four row groups, by its statistics.
    let few = crate::scan_parquet(&*url, ParquetOptions::default()).unwrap().filter(col("id").lt(10));
    assert_eq!(few.collect().unwrap().rows(), 10);
    let sent = server.sent.swap(0, Ordering::Relaxed);
    assert!(sent < size / 3, "{sent} of {size} bytes for one of four row groups");
}

#[test]
fn servers_without_ranges_are_read_as_a_whole() {
    let server = Server::start();
    server.behave(Manner::NoRanges);
    let text: String = "a,b\n".to_owned() + &"1,2\n".repeat(100_000);
    let url = server.put("/x.csv", text);
    assert_eq!(crate::read_csv(&*url).unwrap().rows(), 100_000);
    assert_eq!(server.requests.load(Ordering::Relaxed), 2);
}

#[test]
fn what_is_not_there_or_not_allowed_is_told() {
    let server = Server::start();
    let url = server.url("/none.csv?key=secret");
    let kind = |status| {
        server.behave(status);
        let options = CsvOptions { storage: hasty(), ..CsvOptions::default() };
        let error = crate::scan_csv(&*url, options).unwrap_err();
        assert!(error.to_string().contains("/none.csv"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
        (error.kind(), error.message().to_owned())
    };
    assert_eq!(kind(Manner::Ranges).0, ErrorKind::FileNotFound);
    assert_eq!(kind(Manner::Status(404)).0, ErrorKind::FileNotFound);
    for (status, word) in [(403, "permission"), (401, "credentials"), (500, "500")] {
        let (kind, message) = kind(Manner::Status(status));
        assert_eq!(kind, ErrorKind::Io);
        assert!(message.contains(word), "{message}");
    }
    // Nobody listens.
    let options = CsvOptions { storage: hasty(), ..CsvOptions::default() };
    let error = crate::scan_csv("http://127.0.0.1:9/x.csv", options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let error = crate::scan_csv(&*server.url("/"), CsvOptions::default());
    assert!(error.is_err());
}

#[test]
fn bodies_that_are_cut_off_are_no_answers() {
    let server = Server::start();
    let url = server.put("/x.csv", "a\n".to_owned() + &"1\n".repeat(1000));
    for manner in [Manner::CutOff, Manner::Stuck] {
        server.behave(manner);
        let started = Instant::now();
        let options = CsvOptions { storage: hasty(), ..CsvOptions::default() };
        let error = crate::scan_csv(&*url, options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(started.elapsed() < Duration::from_secs(15), "{manner:?}");
    }
}

#[test]
fn a_query_that_waits_is_cancelled_at_once() {
    let server = Server::start();
    let text: String = "a,b\n".to_owned() + &"1,2\n".repeat(2_000_000);
    let url = server.put("/x.csv", text);
    let lazy = crate::scan_csv(&*url, CsvOptions::default()).unwrap().select([col("a").sum()]);
    assert_eq!(lazy.collect().unwrap().column("a").unwrap().get(0).unwrap(), Scalar::Int(2_000_000));
    let lazy = crate::scan_csv(&*url, CsvOptions::default()).unwrap().select([col("b").sum()]);
    server.behave(Manner::Stuck);
    let cancel = CancelToken::new();
    let other = cancel.clone();
    let waited = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        other.cancel();
        Instant::now()
    });
    let error = lazy.collect_with(&Config::current(), &cancel).unwrap_err();
    let ended = Instant::now();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let took = ended.duration_since(waited.join().unwrap());
    assert!(took < Duration::from_millis(200), "{took:?}");
}
