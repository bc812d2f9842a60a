//! Every aggregate over every type it accepts: cut anywhere and merged it gives what the whole gives.

use arrow::array::{
    Array, ArrayRef, BinaryViewArray, BooleanArray, Int64Array, ListArray, StructArray, UInt32Array,
    new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field as ArrowField, Int64Type};
use hypostyle::data::strings;
use hypostyle::expr::{AggregateFunction, BoundAggregate, FunctionRef, GroupState, Groups, bind_aggregate};
use hypostyle::functions::AGGREGATES;
use hypostyle::{Batch, Column, DType, ErrorKind, Expr, Field, Params, Scalar, Schema, TimeUnit, col};
use std::collections::HashSet;
use std::sync::Arc;

/// A small generator of the same numbers every time.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

/// A column type with the values the tests draw from.
fn pools() -> Vec<(&'static str, ArrayRef)> {
    let small: ArrayRef = Arc::new(Int64Array::from(vec![0, 1, 2, 3, 5, 8, 100, 127]));
    let signed: ArrayRef = Arc::new(Int64Array::from(vec![-128, -3, -1, 0, 1, 2, 77, 127]));
    let wide: ArrayRef = Arc::new(Int64Array::from(vec![-1_000_000_007, -3, 0, 1, 86_399, 1_000_000_007]));
    let to = |array: &ArrayRef, dtype: DType| cast(array, &dtype.to_arrow()).unwrap();
    let floats: Column = [-1.5, -0.0, 0.0, 0.1, 0.25, 3.0, 1000.125, -77.7].into_iter().collect();
    let odd: Column =
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0, -0.0, 0.0, -f64::NAN].into_iter().collect();
    let not_numbers: Column = [f64::NAN, -f64::NAN].into_iter().collect();
    let narrow = |column: &Column| to(column.array(), DType::Float32);
    let text: Column = [
        "",
        "a",
        "ab",
        "apple",
        "a word of more than twelve bytes",
        "a word of more than twelve letters",
        "ß",
        "zebra",
    ]
    .into_iter()
    .collect();
    let bytes: ArrayRef = Arc::new(BinaryViewArray::from(vec![&b""[..], b"\x00", b"\xff\xfe", b"abc"]));
    let item = Some(vec![Some(1), None]);
    let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([
        item.clone(),
        Some(vec![]),
        Some(vec![Some(1)]),
        item,
        Some(vec![Some(2), Some(3), Some(4)]),
    ]);
    let fields = vec![
        (Arc::new(ArrowField::new("a", DataType::Int64, true)), signed.clone()),
        (Arc::new(ArrowField::new("b", DataType::Float64, true)), floats.array().clone()),
    ];
    let mut pools = vec![
        ("null", new_null_array(&DataType::Null, 1)),
        ("bool", Arc::new(BooleanArray::from(vec![true, false])) as ArrayRef),
        ("float64", floats.array().clone()),
        ("float64, odd", odd.array().clone()),
        ("float64, NaN", not_numbers.array().clone()),
        ("float32", narrow(&floats)),
        ("float32, odd", narrow(&odd)),
        ("decimal", to(&to(&signed, DType::Decimal(5, 0)), DType::Decimal(10, 2))),
        ("string", text.array().clone()),
        ("coded", coded(text.array())),
        ("binary", bytes),
        ("date", to(&to(&signed, DType::Int32), DType::Date)),
        ("time", to(&to(&small, DType::Int64), DType::Time)),
        ("timestamp", to(&wide, DType::Timestamp(TimeUnit::Microsecond, None))),
        ("zoned", to(&wide, DType::Timestamp(TimeUnit::Second, Some("UTC".into())))),
        ("duration", to(&wide, DType::Duration(TimeUnit::Nanosecond))),
        ("collect_list", Arc::new(lists)),
        ("array", arrays()),
        ("interval", intervals()),
        ("struct", Arc::new(StructArray::from(fields))),
        ("int64, extremes", Arc::new(Int64Array::from(vec![i64::MIN, i64::MAX, i64::MAX, 0, i64::MIN]))),
    ];
    for dtype in [DType::Int8, DType::Int16, DType::Int32, DType::Int64] {
        pools.push(("signed", to(&signed, dtype)));
    }
    for dtype in [DType::UInt8, DType::UInt16, DType::UInt32, DType::UInt64] {
        pools.push(("unsigned", to(&small, dtype)));
    }
    pools
}

fn intervals() -> ArrayRef {
    let interval = arrow::datatypes::IntervalMonthDayNano::new;
    let values =
        [interval(1, 0, 0), interval(0, 30, 0), interval(0, 0, -1), interval(-7, 3, 86_400_000_000_000)];
    Arc::new(arrow::array::IntervalMonthDayNanoArray::from(values.to_vec()))
}

/// Arrays of two floats, some null.
fn arrays() -> ArrayRef {
    let items: Column =
        [Some(1.5), None, Some(-0.0), Some(f64::NAN), Some(0.0), Some(f64::NAN), Some(1.5), None]
            .into_iter()
            .collect();
    let lists = ListArray::try_new(
        Arc::new(ArrowField::new("item", DataType::Float64, true)),
        OffsetBuffer::from_lengths([2; 4]),
        items.array().clone(),
        None,
    );
    let lists: ArrayRef = Arc::new(lists.unwrap());
    cast(&lists, &DType::array(DType::Float64, 2).unwrap().to_arrow()).unwrap()
}

fn coded(text: &ArrayRef) -> ArrayRef {
    strings::encode((0..text.len() as u32).collect::<Vec<u32>>().into(), text.clone()).unwrap()
}

/// Rows drawn from a pool, nulls among them.
fn draw(pool: &ArrayRef, rows: usize, nulls: usize, numbers: &mut Numbers) -> ArrayRef {
    let rows: UInt32Array =
        (0..rows).map(|_| (numbers.below(100) >= nulls).then(|| numbers.below(pool.len()) as u32)).collect();
    take(pool, &rows, None).unwrap()
}

/// The sets of constants each function is tried with.
fn params(function: &AggregateFunction) -> Vec<Params> {
    let given = Params::new;
    match function.name.as_ref() {
        "sum" => vec![given(), given().with("min_count", 2)],
        "first" | "last" => vec![given(), given().with("ignore_nulls", true)],
        "var" | "std" | "cov" => vec![given(), given().with("ddof", 0)],
        "n_unique" | "mode" => vec![given(), given().with("count_nulls", true)],
        "unique" | "collect_list" => vec![given(), given().with("ignore_nulls", true)],
        "sem" => vec![given(), given().with("ddof", 0)],
        "skew" | "kurtosis" => vec![given(), given().with("bias", true)],
        "head" | "tail" => vec![given(), given().with("n", 0), given().with("n", 2)],
        "nth" => [0, 3, -1, -2]
            .into_iter()
            .flat_map(|n| [false, true].map(|ignore| given().with("n", n).with("ignore_nulls", ignore)))
            .collect(),
        "string_join" => vec![given(), given().with("separator", "")],
        "approx_n_unique" => vec![given(), given().with("precision", 4)],
        "histogram" => vec![given().with("edges", floats([-5.0, 0.0, 0.5, 100.0]))],
        "quantiles" => vec![
            given().with("q", floats([0.5, 0.1, 1.0, 0.1])),
            given().with("q", floats([0.3, 0.0])).with("interpolation", "nearest"),
        ],
        "aggregate_distinct" => {
            let least = Scalar::Struct(vec![("min_count".into(), 2.into())]);
            let named = |name: &str| given().with("function", name);
            vec![
                named("sum").with("options", least),
                named("count"),
                named("first"),
                named("top_k"),
                named("collect_list"),
            ]
        }
        "quantile" => ["linear", "lower", "higher", "nearest", "midpoint"]
            .into_iter()
            .flat_map(|how| [0.0, 0.3, 1.0].map(|q| given().with("q", q).with("interpolation", how)))
            .collect(),
        _ => vec![given()],
    }
}

fn floats<const N: usize>(values: [f64; N]) -> Scalar {
    Scalar::List(values.into_iter().map(Scalar::Float).collect())
}

/// Functions whose float results depend, in the last digits, on where the rows are cut.
fn rounds(function: &AggregateFunction) -> bool {
    [
        "sum",
        "mean",
        "var",
        "std",
        "corr",
        "cov",
        "product",
        "sem",
        "skew",
        "kurtosis",
        "weighted_mean",
        "regr_slope",
        "regr_intercept",
        "regr_r2",
    ]
    .contains(&function.name.as_ref())
}

/// One function over one table.
struct Case {
    label: String,
    function: &'static AggregateFunction,
    bound: BoundAggregate,
    args: Vec<ArrayRef>,
}

impl Case {
    fn new(
        label: String,
        function: &'static AggregateFunction,
        params: &Params,
        columns: &[ArrayRef],
    ) -> Option<Case> {
        let names = ["x", "y"];
        let fields = columns.iter().zip(names);
        let fields =
            fields.map(|(array, name)| Field::new(name, DType::from_arrow(array.data_type()).unwrap()));
        let schema = Schema::new(fields.collect()).unwrap();
        let expr = Expr::Aggregate {
            function: FunctionRef::Static(function),
            args: names[..function.args.len()].iter().map(col).collect(),
            params: params.clone(),
            filter: None,
        };
        let bound = match bind_aggregate(&expr, &schema) {
            Ok(bound) => bound,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Type, "{label}: {error:?}");
                return None;
            }
        };
        let rows = columns.first().map_or(0, |array| array.len());
        let columns = columns.iter().map(|array| Column::from_held(array.clone())).collect();
        let batch = Batch::new(columns, rows).unwrap();
        let args = bound.args.iter().map(|arg| {
            let array = arg.column(&batch).unwrap().array().clone();
            if function.accepts_codes { array } else { strings::decode(&array).unwrap() }
        });
        let args = args.collect();
        Some(Case { label, function, bound, args })
    }

    fn state(&self, groups: usize) -> Box<dyn GroupState> {
        let mut state = self.bound.state().unwrap();
        state.resize(groups);
        state
    }

    fn slice(&self, from: usize, to: usize) -> Vec<ArrayRef> {
        self.args.iter().map(|array| array.slice(from, to - from)).collect()
    }

    /// The same array for every argument.
    fn all(&self, array: &ArrayRef) -> Vec<ArrayRef> {
        vec![array.clone(); self.args.len()]
    }

    /// The rows in batches cut at `cuts`, in one state.
    fn whole(&self, ids: &[u32], groups: usize, cuts: &[usize]) -> Result<ArrayRef, hypostyle::Error> {
        let mut state = self.state(groups);
        for cut in cuts.windows(2) {
            state.update(&self.slice(cut[0], cut[1]), &Groups::per_row(&ids[cut[0]..cut[1]])).unwrap();
        }
        state.finish()
    }

    /// Compares two outcomes: equal values, or the same error.
    fn compare(
        &self,
        what: &str,
        got: Result<ArrayRef, hypostyle::Error>,
        want: &Result<ArrayRef, hypostyle::Error>,
    ) {
        let label = format!("{} {what}", self.label);
        let (got, want) = match (got, want) {
            (Ok(got), Ok(want)) => (got, want),
            (Err(got), Err(want)) => {
                assert_eq!((got.kind(), got.row_number()), (want.kind(), want.row_number()), "{label}");
                return;
            }
            (got, want) => panic!("{label}: {got:?} is not {want:?}"),
        };
        assert_eq!(DType::from_arrow(got.data_type()).unwrap(), self.bound.dtype, "{label}");
        assert_eq!(got.len(), want.len(), "{label}");
        for row in 0..got.len() {
            let (got, want) = (Scalar::from_array(&got, row), Scalar::from_array(want, row));
            let equal = match (&got, &want) {
                (Scalar::Float(a), Scalar::Float(b)) if rounds(self.function) => {
                    // A covariance may cancel to nothing: what is lost is in proportion to the values.
                    let scale = match self.label.as_str() {
                        label if label.starts_with("cov of int64, extremes") => 1e38,
                        label if label.starts_with("regr_intercept of int64, extremes") => 1e19,
                        _ => 1.0,
                    };
                    a == b
                        || (a.is_nan() && b.is_nan())
                        || (a - b).abs() <= 1e-11 * (scale + a.abs().max(b.abs()))
                }
                (got, want) => got == want,
            };
            assert!(equal, "{label}, group {row}: {got} is not {want}");
        }
    }
}

/// Every function over every type it accepts, for each of its sets of constants.
fn for_each_case(rows: usize, nulls: usize, seed: u64, mut visit: impl FnMut(&Case)) {
    let mut numbers = Numbers(seed);
    for function in AGGREGATES {
        for params in params(function) {
            let mut accepted = 0;
            for (name, pool) in pools() {
                let columns: Vec<ArrayRef> = (0..2).map(|_| draw(&pool, rows, nulls, &mut numbers)).collect();
                let label = format!("{} of {name} with {params:?}", function.name);
                if let Some(case) = Case::new(label, function, &params, &columns) {
                    accepted += 1;
                    visit(&case);
                }
            }
            assert!(accepted > 0, "{} accepts no type", function.name);
        }
    }
}

const GROUPS: usize = 7;

/// Random groups; the last one stays empty.
fn groups(rows: usize, numbers: &mut Numbers) -> Vec<u32> {
    (0..rows).map(|_| numbers.below(GROUPS - 1) as u32).collect()
}

#[test]
fn parts_merge_to_the_whole() {
    for (rows, nulls, seed) in [(0, 0, 1), (1, 50, 2), (40, 0, 3), (300, 30, 4), (300, 100, 5), (2500, 5, 6)]
    {
        let mut numbers = Numbers(seed);
        for_each_case(rows, nulls, seed, |case| {
            let ids = groups(rows, &mut numbers);
            let whole = case.whole(&ids, GROUPS, &[0, rows]);
            let mut cuts: Vec<usize> = (0..4).map(|_| numbers.below(rows + 1)).chain([0, rows]).collect();
            cuts.sort_unstable();
            case.compare("in batches", case.whole(&ids, GROUPS, &cuts), &whole);
            case.compare("merged", merged(case, &ids, &cuts, false), &whole);
            case.compare("exported and imported", merged(case, &ids, &cuts, true), &whole);
        });
    }
}

/// A state per part, each with its own numbering of the groups, merged in order into two states that share the groups.
fn merged(case: &Case, ids: &[u32], cuts: &[usize], exported: bool) -> Result<ArrayRef, hypostyle::Error> {
    let parts: Vec<Box<dyn GroupState>> = cuts
        .windows(2)
        .enumerate()
        .map(|(part, cut)| {
            let mut state = case.state(0);
            let turned: Vec<u32> = ids[cut[0]..cut[1]].iter().map(|id| turn(*id, part)).collect();
            // Room is made as groups appear.
            let middle = (cut[1] - cut[0]) / 2;
            for (from, to) in [(0, middle), (middle, cut[1] - cut[0])] {
                state.resize(turned[..to].iter().map(|id| *id as usize + 1).max().unwrap_or(0));
                let args = case.slice(cut[0] + from, cut[0] + to);
                state.update(&args, &Groups::per_row(&turned[from..to])).unwrap();
            }
            state.resize(GROUPS);
            state
        })
        .collect();
    let halves = [[0u32, 2, 4, 6].as_slice(), &[5, 3, 1]];
    let mut results = Vec::new();
    for half in halves {
        let mut state = case.state(half.len());
        let into: Vec<u32> = (0..half.len() as u32).collect();
        for (part, other) in parts.iter().enumerate() {
            let from: Vec<u32> = half.iter().map(|group| turn(*group, part)).collect();
            if exported {
                let rows = UInt32Array::from(from);
                let arrays = other.export().unwrap();
                let arrays: Vec<ArrayRef> =
                    arrays.iter().map(|array| take(array, &rows, None).unwrap()).collect();
                state.import(&arrays, &into).unwrap();
            } else {
                state.merge(other.as_ref(), &from, &into).unwrap();
            }
        }
        state.size_bytes();
        results.push(state.finish());
    }
    let position = |group: u32| {
        let half = (group % 2) as usize;
        (half, halves[half].iter().position(|other| *other == group).unwrap())
    };
    // Errors name the group within its half: translate them as the driver would.
    let mut failed: Vec<(u32, hypostyle::Error)> = Vec::new();
    for (half, result) in halves.iter().zip(&results) {
        if let Err(error) = result {
            failed.extend((0..GROUPS as u32).filter_map(|group| {
                let row = half.iter().position(|other| *other == group)?;
                let alone = case.whole(ids, GROUPS, &[0, ids.len()]).err()?;
                (error.row_number().is_some() && alone.row_number() == Some(group.into()) && row < half.len())
                    .then_some((group, alone))
            }));
        }
    }
    if let Some((_, error)) = failed.into_iter().next() {
        return Err(error);
    }
    let results: Vec<ArrayRef> = results.into_iter().collect::<Result<_, _>>()?;
    let plain: Vec<ArrayRef> = results.iter().map(|array| strings::decode(array).unwrap()).collect();
    let parts: Vec<&dyn Array> = plain.iter().map(AsRef::as_ref).collect();
    let positions: Vec<(usize, usize)> = (0..GROUPS as u32).map(position).collect();
    Ok(arrow::compute::interleave(&parts, &positions).unwrap())
}

/// The number that part `part` gives a group.
fn turn(group: u32, part: usize) -> u32 {
    (group + part as u32) % GROUPS as u32
}

#[test]
fn one_group_is_the_case_of_all_rows() {
    for (rows, nulls, seed) in [(0, 0, 11), (1, 0, 12), (3000, 0, 13), (3000, 20, 14), (200, 100, 15)] {
        for_each_case(rows, nulls, seed, |case| {
            let mut state = case.state(1);
            state.update(&case.args, &Groups::one(rows)).unwrap();
            let one = state.finish();
            case.compare("ungrouped", one, &case.whole(&vec![0; rows], 1, &[0, rows]));
        });
    }
}

#[test]
fn groups_without_values() {
    for_each_case(20, 100, 21, |case| {
        let nulls = case.whole(&[0; 20], 2, &[0, 20]).unwrap();
        for group in 0..2 {
            let value = Scalar::from_array(&nulls, group);
            let wanted = match case.function.name.as_ref() {
                "sum" if case.bound.params.int("min_count").unwrap() == 0 => match &value {
                    Scalar::Decimal(_, scale) => Scalar::Decimal(0, *scale),
                    Scalar::Float(_) => Scalar::Float(0.0),
                    Scalar::UInt(_) => Scalar::UInt(0),
                    Scalar::Duration(_, unit) => Scalar::Duration(0, *unit),
                    Scalar::Interval { .. } => Scalar::Interval { months: 0, days: 0, nanoseconds: 0 },
                    _ => Scalar::Int(0),
                },
                "product" => match &value {
                    Scalar::Float(_) => Scalar::Float(1.0),
                    Scalar::UInt(_) => Scalar::UInt(1),
                    _ => Scalar::Int(1),
                },
                "len" | "null_count" => Scalar::UInt(if group == 0 { 20 } else { 0 }),
                "n_unique" if case.bound.params.bool("count_nulls").unwrap() => {
                    Scalar::UInt(1 - group as u64)
                }
                "count" | "n_unique" => Scalar::UInt(0),
                "top_k" | "bottom_k" | "top_k_by" | "bottom_k_by" | "head" | "tail" | "collect_list"
                | "unique" | "mode" => {
                    let nulls = match case.function.name.as_ref() {
                        "collect_list" | "unique" if case.bound.params.bool("ignore_nulls").unwrap() => 0,
                        "mode" if !case.bound.params.bool("count_nulls").unwrap() => 0,
                        "collect_list" => 20,
                        "unique" | "mode" => 1,
                        "head" | "tail" => case.bound.params.int("n").unwrap(),
                        _ => 0,
                    };
                    Scalar::List(vec![Scalar::Null; if group == 0 { nulls as usize } else { 0 }])
                }
                "histogram" => Scalar::List(vec![Scalar::UInt(0); 3]),
                "quantiles" => match case.bound.params.get("q") {
                    Scalar::List(shares) => Scalar::List(vec![Scalar::Null; shares.len()]),
                    other => panic!("{other}"),
                },
                "approx_n_unique" => Scalar::UInt(0),
                "aggregate_distinct" => match case.bound.params.str("function").unwrap() {
                    "count" => Scalar::UInt(0),
                    "top_k" => Scalar::List(Vec::new()),
                    "collect_list" => Scalar::List(vec![Scalar::Null; 1 - group]),
                    _ => Scalar::Null,
                },
                "any" => Scalar::Bool(false),
                "all" | "is_sorted" => Scalar::Bool(true),
                _ => Scalar::Null,
            };
            assert_eq!(value, wanted, "{}, group {group}", case.label);
        }
    });
}

#[test]
fn codes_are_like_plain_text() {
    let mut numbers = Numbers(31);
    let pool = pools().into_iter().find(|(name, _)| *name == "coded").unwrap().1;
    for function in AGGREGATES.iter().filter(|function| function.accepts_codes && !function.args.is_empty()) {
        for params in params(function) {
            let codes = draw(&pool, 400, 20, &mut numbers);
            let ids = groups(400, &mut numbers);
            let case = |array: ArrayRef| {
                Case::new(function.name.to_string(), function, &params, &[array.clone(), array])
            };
            let (Some(coded), Some(plain)) = (case(codes.clone()), case(strings::decode(&codes).unwrap()))
            else {
                assert_eq!(function.name, "aggregate_distinct");
                continue;
            };
            let want = plain.whole(&ids, GROUPS, &[0, 400]);
            coded.compare("coded", coded.whole(&ids, GROUPS, &[0, 150, 400]), &want);
            // The dictionary changes, then the codes end.
            let other = shuffled(&codes.slice(100, 150));
            let mut state = coded.state(GROUPS);
            let parts = [
                codes.slice(0, 100),
                other,
                strings::decode(&codes.slice(250, 100)).unwrap(),
                codes.slice(350, 50),
            ];
            let mut row = 0;
            for part in &parts {
                let ids = &ids[row..row + part.len()];
                state.update(&coded.all(part), &Groups::per_row(ids)).unwrap();
                row += part.len();
            }
            coded.compare("with two dictionaries", state.finish(), &want);
            // States of different dictionaries meet.
            let mut first = coded.state(GROUPS);
            first.update(&coded.all(&codes.slice(0, 200)), &Groups::per_row(&ids[..200])).unwrap();
            let mut second = coded.state(GROUPS);
            let rest = coded.all(&shuffled(&codes.slice(200, 200)));
            second.update(&rest, &Groups::per_row(&ids[200..])).unwrap();
            let all: Vec<u32> = (0..GROUPS as u32).collect();
            first.merge(second.as_ref(), &all, &all).unwrap();
            coded.compare("merged over two dictionaries", first.finish(), &want);
        }
    }
}

/// The same text under other codes.
fn shuffled(array: &ArrayRef) -> ArrayRef {
    let (codes, values) = strings::coded(array).unwrap();
    let last = values.len() as u32 - 1;
    let turned: UInt32Array = (0..=last).rev().collect::<Vec<u32>>().into();
    let codes: UInt32Array = codes.iter().map(|code| code.map(|code| last - code)).collect();
    strings::encode(codes, take(values, &turned, None).unwrap()).unwrap()
}

#[test]
fn names_are_unique() {
    let mut seen = HashSet::new();
    for function in AGGREGATES {
        for name in std::iter::once(function.name.as_ref()).chain(function.aliases.iter().copied()) {
            assert!(seen.insert(name), "two aggregates are called {name}");
        }
        let sentence = function.doc.lines().next().unwrap();
        assert!(sentence.ends_with('.') || sentence.ends_with(';'), "{}: {sentence}", function.name);
    }
}

#[test]
fn examples_run() {
    for function in AGGREGATES {
        let example = function.example.unwrap_or_else(|| panic!("{} has no example", function.name))();
        let fields = example.input.iter().map(|(name, column)| Field::new(name, column.dtype().clone()));
        let schema = Schema::new(fields.collect()).unwrap();
        let rows = example.input[0].1.len();
        let batch = Batch::new(example.input.into_iter().map(|(_, column)| column).collect(), rows).unwrap();
        let bound = bind_aggregate(&example.expr, &schema).unwrap();
        let args = bound.args.iter().map(|arg| arg.column(&batch).unwrap().array().clone());
        let args: Vec<ArrayRef> = args.collect();
        let mut state = bound.state().unwrap();
        state.resize(1);
        state.update(&args, &Groups::one(rows)).unwrap();
        let got = state.finish().unwrap();
        assert_eq!(bound.dtype, *example.output.dtype(), "{}", function.name);
        assert_eq!(
            Scalar::from_array(&got, 0),
            Scalar::from_array(example.output.array(), 0),
            "{}",
            function.name
        );
    }
}

#[test]
fn a_foreign_state_is_refused() {
    let schema = Schema::new(vec![Field::new("x", DType::Int64)]).unwrap();
    let mut sum = bind_aggregate(&col("x").sum(), &schema).unwrap().state().unwrap();
    let min = bind_aggregate(&col("x").min(), &schema).unwrap().state().unwrap();
    assert_eq!(sum.merge(min.as_ref(), &[], &[]).unwrap_err().kind(), ErrorKind::Internal);
    assert_eq!(sum.import(&[], &[]).unwrap_err().kind(), ErrorKind::Internal);
}

#[test]
fn last_forgets_what_later_rows_replace() {
    let many = 40_000u32;
    let ids: Vec<u32> = (0..many).collect();
    let text = |batch: u32| -> Column {
        ids.iter().map(|id| format!("value {batch} of group number {id}")).collect()
    };
    let schema = Schema::new(vec![Field::new("x", DType::String)]).unwrap();
    let mut state = bind_aggregate(&col("x").last(), &schema).unwrap().state().unwrap();
    state.resize(many as usize + 1);
    let mut sizes = Vec::new();
    for batch in 0..12 {
        state.update(&[text(batch).array().clone()], &Groups::per_row(&ids)).unwrap();
        sizes.push(state.size_bytes());
    }
    assert!(sizes[11] < 5 * sizes[0], "{sizes:?}");
    let result = state.finish().unwrap();
    assert_eq!(Scalar::from_array(&result, 7), Scalar::from("value 11 of group number 7"));
    assert_eq!(Scalar::from_array(&result, many as usize), Scalar::Null);
}
