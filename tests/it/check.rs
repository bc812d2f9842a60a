//! The one door for queries: every query runs optimized and not, from one and from many partitions, with strings as views
//! and as codes, on 1, 2 and 7 threads, with a good and with a bad hash. All must give the same bits or the same error.

use arrow::array::new_null_array;
use hypostyle::data::strings;
use hypostyle::kernels::cast::cast;
use hypostyle::plan::{Flow, Scan, ScanRequest, TableSource};
use hypostyle::{Batch, CancelToken, CastMode, Column, Config, DType, Error, ErrorKind, Field};
use hypostyle::{Frame, LazyFrame, Result, Scalar, Schema};
use std::sync::Arc;

/// What a query gave under every circumstance.
pub struct Outcome(Result<Frame>);

/// Runs the query over these frames under every circumstance and returns what all of them gave.
#[track_caller]
pub fn check(frames: &[&Frame], query: impl Fn(&[LazyFrame]) -> LazyFrame) -> Outcome {
    let mut first: Option<(String, Result<Frame>)> = None;
    for (cut, sources) in cuts(frames) {
        let lazy = query(&sources);
        for config in circumstances(cut == "as given") {
            let place = format!(
                "{cut}, {} threads, optimized: {}, bad hash: {}",
                config.threads, config.optimize, config.weak_hash
            );
            let result = lazy.collect_with(&config, &CancelToken::new());
            match &first {
                None => first = Some((place, result)),
                Some((other, expected)) => {
                    if let Some(difference) = difference(expected, &result) {
                        panic!(
                            "{difference}\nfirst: {other}\nsecond: {place}\n{}",
                            lazy.explain().unwrap_or_default()
                        );
                    }
                }
            }
        }
    }
    Outcome(first.expect("a circumstance").1)
}

impl Outcome {
    /// The frame must be this table, as [`table`] reads it; column types are compared too.
    #[track_caller]
    pub fn gives(&self, expected: &str) {
        let frame = self.frame();
        let (actual, expected) = (print(&frame), tidy(expected));
        assert!(actual == expected, "expected\n{expected}\n\nfound\n{actual}\n");
    }

    /// The frame.
    #[track_caller]
    pub fn frame(&self) -> Frame {
        match &self.0 {
            Ok(frame) => frame.clone(),
            Err(error) => panic!("{error}"),
        }
    }

    /// There must be an error of this kind whose text has all these words.
    #[track_caller]
    pub fn fails(&self, kind: ErrorKind, words: &[&str]) {
        let error = match &self.0 {
            Ok(frame) => panic!("no error but\n{}", print(frame)),
            Err(error) => error,
        };
        assert_eq!(error.kind(), kind, "{error}");
        for word in words {
            assert!(error.to_string().contains(word), "{word:?} is not in: {error}");
        }
    }
}

fn circumstances(threads_of_one: bool) -> Vec<Config> {
    let mut found = Vec::new();
    let threads: &[usize] = if threads_of_one { &[1] } else { &[1, 2, 7] };
    for &threads in threads {
        for (optimize, weak_hash) in [(true, false), (false, false), (true, true)] {
            found.push(Config { threads, optimize, weak_hash, ..Config::current() });
        }
    }
    found
}

/// The frames cut in several ways.
fn cuts(frames: &[&Frame]) -> Vec<(&'static str, Vec<LazyFrame>)> {
    let each = |cut: &dyn Fn(&Frame) -> LazyFrame| frames.iter().map(|frame| cut(frame)).collect::<Vec<_>>();
    vec![
        ("as given", each(&|frame| frame.lazy())),
        ("cut in three", each(&|frame| unmeasured(frame.repartition(3).unwrap()))),
        (
            "a row each",
            each(&|frame| unmeasured(frame.repartition(frame.rows().clamp(1, 40) as usize).unwrap())),
        ),
        ("coded, cut in two", each(&|frame| unmeasured(coded(frame).repartition(2).unwrap()))),
        ("a dictionary each", each(&|frame| unmeasured(coded_apart(&frame.repartition(3).unwrap())))),
    ]
}

/// The frame with its strings as codes into one dictionary per column.
pub fn coded(frame: &Frame) -> Frame {
    let whole = frame.to_batch().unwrap();
    let columns = whole.columns().iter().map(code).collect();
    let batch = Batch::new(columns, whole.rows()).unwrap();
    Frame::new(frame.schema().clone(), vec![batch]).unwrap()
}

/// The frame with its strings as codes, each partition with its own dictionary.
fn coded_apart(frame: &Frame) -> Frame {
    let parts = frame
        .partitions()
        .iter()
        .map(|batch| Batch::new(batch.columns().iter().map(code).collect(), batch.rows()).unwrap());
    Frame::new(frame.schema().clone(), parts.collect()).unwrap()
}

fn code(column: &Column) -> Column {
    if *column.dtype() != DType::String || column.is_coded() {
        return column.clone();
    }
    let values: Vec<Option<String>> = (0..column.len())
        .map(|row| Scalar::from_array(column.array(), row).as_str().map(str::to_owned))
        .collect();
    let mut dictionary: Vec<String> = Vec::new();
    let codes: arrow::array::UInt32Array = values
        .into_iter()
        .map(|value| {
            let value = value?;
            let known = dictionary.iter().position(|known| *known == value);
            Some(known.unwrap_or_else(|| {
                dictionary.push(value);
                dictionary.len() - 1
            }) as u32)
        })
        .collect();
    let dictionary: Column = dictionary.into_iter().collect();
    Column::from_held(strings::encode(codes, dictionary.array().clone()).unwrap())
}

/// A query over the frame that does not know how many rows there are, and so runs on all threads.
fn unmeasured(frame: Frame) -> LazyFrame {
    LazyFrame::from_source(Arc::new(Unmeasured(frame)))
}

#[derive(Debug)]
struct Parts(Vec<Batch>);

struct Unmeasured(Frame);

impl std::fmt::Debug for Unmeasured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unmeasured")
    }
}

impl TableSource for Unmeasured {
    fn schema(&self) -> &Schema {
        self.0.schema()
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn describe(&self) -> String {
        "unmeasured frame".to_string()
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn Scan>> {
        let parts = self.0.partitions().iter().map(|batch| batch.project(&request.projection));
        Ok(Arc::new(Parts(parts.collect())))
    }
}

impl Scan for Parts {
    fn partitions(&self) -> usize {
        self.0.len()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        emit(self.0[partition].clone()).map(drop)
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        Some(self.0[..partition].iter().map(|batch| batch.rows() as u64).sum())
    }
}

/// Where two results differ.
pub fn difference(first: &Result<Frame>, second: &Result<Frame>) -> Option<String> {
    match (first, second) {
        (Ok(a), Ok(b)) => {
            if a.schema() != b.schema() {
                return Some(format!("schemas\n{}\n{}", a.schema(), b.schema()));
            }
            if a.rows() != b.rows() {
                return Some(format!("{} rows and {}", a.rows(), b.rows()));
            }
            a.schema().names().find_map(|name| {
                let (a, b) = (a.column(name).unwrap(), b.column(name).unwrap());
                let row = a.values().zip(b.values()).position(|(a, b)| a != b)?;
                Some(format!("{name:?} of row {row}: {} and {}", a.get(row).unwrap(), b.get(row).unwrap()))
            })
        }
        (Err(a), Err(b)) => {
            let same = a.kind() == b.kind() && a.to_string() == b.to_string();
            (!same).then(|| format!("errors\n{a}\n{b}"))
        }
        (a, b) => {
            let told = |result: &Result<Frame>| match result {
                Ok(frame) => print(frame),
                Err(error) => error.to_string(),
            };
            Some(format!("{}\nand\n{}", told(a), told(b)))
        }
    }
}

/// A frame from text: a line of `name: type` and a line per row, cells apart by `|`. Text may stand in quotes.
#[track_caller]
pub fn table(text: &str) -> Frame {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_string()).collect::<Vec<_>>();
    let fields = cells(lines.next().expect("a line of names")).into_iter().map(|field| {
        let (name, dtype) = field.split_once(": ").expect("name: type");
        Field::new(name, DType::parse(dtype).unwrap())
    });
    let schema = Schema::new(fields.collect()).unwrap();
    let rows: Vec<Vec<String>> = lines.map(cells).collect();
    assert!(rows.iter().all(|row| row.len() == schema.len()), "rows of other lengths");
    let column = |(at, field): (usize, &Field)| {
        let texts = rows.iter().map(|row| match row[at].as_str() {
            "null" => None,
            text => {
                Some(text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text).to_string())
            }
        });
        let texts: Column = texts.collect();
        if texts.null_count() == texts.len() {
            return Column::from_held(new_null_array(&field.dtype.to_arrow(), texts.len()));
        }
        Column::from_held(cast(texts.array(), &field.dtype, CastMode::Strict).unwrap())
    };
    let columns: Vec<Column> = schema.fields().iter().enumerate().map(column).collect();
    Frame::new(schema.clone(), vec![Batch::new(columns, rows.len()).unwrap()]).unwrap()
}

/// The frame as [`table`] reads it.
pub fn print(frame: &Frame) -> String {
    let head: Vec<String> =
        frame.schema().fields().iter().map(|f| format!("{}: {}", f.name, f.dtype)).collect();
    let columns: Vec<Vec<String>> = frame
        .schema()
        .names()
        .map(|name| frame.column(name).unwrap().values().map(|v| cell(&v)).collect())
        .collect();
    let rows = (0..frame.rows() as usize)
        .map(|row| columns.iter().map(|column| column[row].clone()).collect::<Vec<_>>().join(" | "));
    std::iter::once(head.join(" | ")).chain(rows).collect::<Vec<_>>().join("\n")
}

fn cell(value: &Scalar) -> String {
    match value {
        Scalar::String(text)
            if text.is_empty() || text.as_ref() != text.trim() || text.as_ref() == "null" =>
        {
            format!("\"{text}\"")
        }
        Scalar::String(text) => text.to_string(),
        value => value.to_string(),
    }
}

fn tidy(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>().join(" | "))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The error of a query that cannot even be built.
#[track_caller]
pub fn refused(query: &LazyFrame) -> Error {
    match query.schema() {
        Ok(schema) => panic!("not refused: {schema}"),
        Err(error) => error,
    }
}

mod tests {
    use super::{check, coded, difference, print, table};
    use hypostyle::{Frame, LazyFrame, Result, col};

    #[test]
    fn a_printed_table_reads_back() {
        let text = "a: int64 | b: string | c: float64 | d: date | e: timestamp[us, UTC] | f: decimal[10, 2]\n\
                    1 | x y | NaN | 2024-02-29 | 2024-02-29T01:02:03Z | -1.50\n\
                    null | \"\" | -0.0 | null | null | null";
        assert_eq!(print(&table(text)), text);
        assert_eq!(print(&coded(&table(text))), text);
        assert!(coded(&table(text)).column("b").unwrap().chunks()[0].is_coded());
    }

    #[test]
    fn differences_are_seen() {
        let same = |a: &str, b: &str| difference(&Ok(table(a)), &Ok(table(b))).is_none();
        assert!(same("x: float64\nNaN\n0.0", "x: float64\nNaN\n0.0"));
        assert!(!same("x: float64\n-0.0", "x: float64\n0.0"));
        assert!(!same("x: int64\n1", "x: int32\n1"));
        assert!(!same("x: int64\n1", "x: int64\n1\n1"));
        assert!(!same("x: int64\n1", "y: int64\n1"));
    }

    #[test]
    #[should_panic(expected = "rows and")]
    fn a_query_that_depends_on_partitions_is_seen() {
        let frame = table("x: int64\n1\n2\n3\n4");
        let first = |part: Frame| -> Result<Frame> { Ok(part.head(1)) };
        check(&[&frame], |t: &[LazyFrame]| t[0].map_partitions("first", frame.schema().clone(), first));
    }

    #[test]
    #[should_panic(expected = "expected")]
    fn a_wrong_answer_is_seen() {
        check(&[&table("x: int64\n1")], |t| t[0].select([col("x") + 1])).gives("x: int64\n3");
    }
}
