//! Random tables: filter, group-by, join, sort and distinct against a reference that goes row by row.

use crate::check::{check, print};
use hypostyle::data::concat::concat_columns;
use hypostyle::{
    Batch, Column, DType, Expr, Field, Frame, GroupOrder, JoinOptions, JoinType, Keep, Scalar, Schema,
    SortKey, TimeUnit, col, len, lit,
};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use std::cmp::Ordering;
use std::sync::Arc;

type Row = Vec<Scalar>;

/// The values each type is drawn from: few, so that keys meet, and the ends of the type among them.
fn pool(dtype: &DType) -> Vec<Scalar> {
    let texts = ["", "a", "b", "exactly12byt", "exactly12bytes and more", "exactly12bytes and mora", "ß"];
    match dtype {
        DType::Bool => vec![Scalar::Bool(false), Scalar::Bool(true)],
        DType::Int8 => [-128, -1, 0, 1, 127].map(Scalar::Int).into(),
        DType::Int64 => [i64::MIN, i64::MIN + 1, -1, 0, 1, 1 << 40, i64::MAX].map(Scalar::Int).into(),
        DType::UInt64 => [0, 1, 1 << 63, u64::MAX - 1, u64::MAX].map(Scalar::UInt).into(),
        DType::Float32 => {
            [f64::NAN, -0.0, 0.0, 0.5, f64::from(f32::MAX), f64::INFINITY].map(Scalar::Float).into()
        }
        DType::Float64 => {
            [f64::NAN, -f64::NAN, -0.0, 0.0, 0.1, -0.1, f64::MIN, f64::MIN_POSITIVE, f64::NEG_INFINITY]
                .map(Scalar::Float)
                .into()
        }
        DType::String => texts.map(Scalar::from).into(),
        DType::Decimal(..) => [-100_005, -5, 0, 5, 100_005].map(|digits| Scalar::Decimal(digits, 3)).into(),
        DType::Date => [i32::MIN / 2, -1, 0, 19_000].map(Scalar::Date).into(),
        DType::Timestamp(unit, zone) => [i64::MIN / 4, -1, 0, 1, 1 << 50]
            .map(|count| Scalar::Timestamp(count, *unit, zone.clone()))
            .into(),
        DType::Duration(unit) => {
            [i64::MIN, -1, 0, 7, i64::MAX].map(|count| Scalar::Duration(count, *unit)).into()
        }
        other => panic!("no values of {other}"),
    }
}

fn key_type() -> impl Strategy<Value = DType> {
    prop_oneof![
        Just(DType::Bool),
        Just(DType::Int8),
        Just(DType::Int64),
        Just(DType::UInt64),
        Just(DType::Float32),
        Just(DType::Float64),
        Just(DType::String),
        Just(DType::String),
        Just(DType::Decimal(12, 3)),
        Just(DType::Date),
        Just(DType::Timestamp(TimeUnit::Microsecond, None)),
        Just(DType::Timestamp(TimeUnit::Nanosecond, Some(Arc::from("Europe/Berlin")))),
        Just(DType::Duration(TimeUnit::Second)),
    ]
}

/// A table of key columns `k0`, `k1`, ... of these types and a column `v` of small whole numbers, some null.
#[derive(Debug, Clone)]
struct Table {
    dtypes: Vec<DType>,
    rows: Vec<Row>,
}

fn rows_of(dtypes: Vec<DType>, most: usize) -> impl Strategy<Value = Table> {
    let cells = proptest::collection::vec(any::<u8>(), dtypes.len() + 1);
    proptest::collection::vec(cells, 0..most).prop_map(move |picks| {
        let rows = picks.into_iter().map(|picks| {
            let keys = dtypes.iter().zip(&picks).map(|(dtype, pick)| {
                let pool = pool(dtype);
                // One in eight is null.
                if pick % 8 == 7 { Scalar::Null } else { pool[usize::from(*pick) / 8 % pool.len()].clone() }
            });
            let last = picks[picks.len() - 1];
            let value = if last % 8 == 7 { Scalar::Null } else { Scalar::Int(i64::from(last) - 100) };
            keys.chain([value]).collect()
        });
        Table { dtypes: dtypes.clone(), rows: rows.collect() }
    })
}

fn a_table() -> impl Strategy<Value = Table> {
    proptest::collection::vec(key_type(), 1..4).prop_flat_map(|dtypes| rows_of(dtypes, 40))
}

fn two_tables() -> impl Strategy<Value = (Table, Table)> {
    let dtypes = proptest::collection::vec(key_type(), 1..3);
    dtypes.prop_flat_map(|dtypes| (rows_of(dtypes.clone(), 25), rows_of(dtypes, 25)))
}

impl Table {
    fn keys(&self) -> Vec<String> {
        (0..self.dtypes.len()).map(|i| format!("k{i}")).collect()
    }

    fn frame(&self) -> Frame {
        let names = self.keys().into_iter().chain(["v".to_string()]);
        let dtypes = self.dtypes.iter().cloned().chain([DType::Int64]);
        frame(names.zip(dtypes).map(|(name, dtype)| Field::new(name, dtype)).collect(), &self.rows)
    }
}

/// A frame of rows.
fn frame(fields: Vec<Field>, rows: &[Row]) -> Frame {
    let columns = fields.iter().enumerate().map(|(at, field)| {
        let cells: Vec<Column> =
            rows.iter().map(|row| Column::from_held(row[at].to_array(&field.dtype, 1).unwrap())).collect();
        match cells.is_empty() {
            true => Column::empty(&field.dtype),
            false => concat_columns(&cells.iter().collect::<Vec<_>>()).unwrap(),
        }
    });
    let batch = Batch::new(columns.collect(), rows.len()).unwrap();
    Frame::new(Schema::new(fields).unwrap(), vec![batch]).unwrap()
}

/// Equal values have equal keys: null equals null, NaN equals NaN, -0.0 equals 0.0.
fn key(value: &Scalar) -> String {
    match value {
        Scalar::Float(x) if x.is_nan() => "NaN".to_string(),
        Scalar::Float(x) => format!("{:?}", x + 0.0),
        value => format!("{value:?}"),
    }
}

fn keys(row: &[Scalar], count: usize) -> Vec<String> {
    row[..count].iter().map(key).collect()
}

/// The order of a sort, ascending: values, NaN, and apart from both null.
fn order(a: &Scalar, b: &Scalar) -> Ordering {
    let nan = |value: &Scalar| matches!(value, Scalar::Float(x) if x.is_nan());
    match (a, b) {
        (Scalar::Decimal(a, _), Scalar::Decimal(b, _)) => a.cmp(b),
        (a, b) if nan(a) || nan(b) => nan(a).cmp(&nan(b)),
        (a, b) => a.compare(b).unwrap(),
    }
}

fn order_by(a: &Scalar, b: &Scalar, descending: bool, nulls_first: bool) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => {
            if nulls_first {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, true) => {
            if nulls_first {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        _ if descending => order(b, a),
        _ => order(a, b),
    }
}

fn same(found: &Frame, expected: &[Row]) -> Result<(), TestCaseError> {
    let expected = frame(found.schema().fields().to_vec(), expected);
    match (print(found), print(&expected)) {
        (a, b) if a == b => Ok(()),
        (a, b) => Err(TestCaseError::fail(format!("engine\n{a}\nreference\n{b}"))),
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn filters(table in a_table(), pick in any::<u8>(), operator in 0..6usize) {
        let pool = pool(&table.dtypes[0]);
        let literal = pool[usize::from(pick) % pool.len()].clone();
        let condition: fn(Expr, Expr) -> Expr =
            [Expr::eq, Expr::not_eq, Expr::lt, Expr::lt_eq, Expr::gt, Expr::gt_eq][operator];
        let holds = |value: &Scalar| {
            let found = match (value, &literal) {
                (Scalar::Null, _) => return false,
                (Scalar::Decimal(a, _), Scalar::Decimal(b, _)) => Some(a.cmp(b)),
                (a, b) => a.compare(b),
            };
            match found {
                // NaN is unequal to everything.
                None => operator == 1,
                Some(found) => {
                    [found.is_eq(), found.is_ne(), found.is_lt(), found.is_le(), found.is_gt(), found.is_ge()][operator]
                }
            }
        };
        let expected: Vec<Row> = table.rows.iter().filter(|row| holds(&row[0])).cloned().collect();
        let value = lit(literal.clone()).cast(table.dtypes[0].clone());
        let found = check(&[&table.frame()], |t| t[0].filter(condition(col("k0"), value.clone()))).frame();
        same(&found, &expected)?;
    }

    #[test]
    fn groups(table in a_table(), sorted in any::<bool>(), drop in any::<bool>()) {
        let count = table.dtypes.len();
        let mut groups: Vec<(Vec<String>, Vec<&Row>)> = Vec::new();
        for row in table.rows.iter().filter(|row| !(drop && row[..count].iter().any(Scalar::is_null))) {
            let key = keys(row, count);
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((key, vec![row])),
            }
        }
        if sorted {
            groups.sort_by(|(_, a), (_, b)| {
                (0..count).map(|i| order_by(&a[0][i], &b[0][i], false, false)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
            });
        }
        let expected: Vec<Row> = groups.iter().map(|(_, rows)| {
            let all: Vec<&Scalar> = rows.iter().map(|row| &row[count]).collect();
            let values: Vec<i64> = all.iter().filter_map(|value| value.as_i64()).collect();
            let number = |value: Option<i64>| value.map_or(Scalar::Null, Scalar::Int);
            let mut distinct = values.clone();
            distinct.sort_unstable();
            distinct.dedup();
            let total: i64 = values.iter().sum();
            let mean = (!values.is_empty()).then(|| total as f64 / values.len() as f64);
            rows[0][..count].iter().cloned().chain([
                Scalar::Int(total),
                mean.map_or(Scalar::Null, Scalar::Float),
                number(values.iter().min().copied()),
                number(values.iter().max().copied()),
                all[0].clone(),
                all[all.len() - 1].clone(),
                Scalar::UInt(values.len() as u64),
                Scalar::UInt(all.len() as u64),
                Scalar::UInt(distinct.len() as u64),
            ]).collect()
        }).collect();
        let names: Vec<Expr> = table.keys().iter().map(col).collect();
        let ordering = if sorted { GroupOrder::Sorted } else { GroupOrder::FirstSeen };
        let v = || col("v");
        let found = check(&[&table.frame()], |t| {
            t[0].group_by(names.clone()).order(ordering).drop_nulls(drop).agg([
                v().sum().alias("sum"), v().mean().alias("mean"), v().min().alias("min"), v().max().alias("max"),
                v().first().alias("first"), v().last().alias("last"), v().count().alias("count"), len().alias("len"),
                v().n_unique().alias("distinct"),
            ])
        }).frame();
        same(&found, &expected)?;
    }

    #[test]
    fn joins((left, right) in two_tables(), kind in 0..6usize, nulls_equal in any::<bool>()) {
        let kind = [JoinType::Inner, JoinType::Left, JoinType::Right, JoinType::Full, JoinType::Semi, JoinType::Anti][kind];
        let count = left.dtypes.len();
        let matches = |a: &Row, b: &Row| {
            (nulls_equal || !a[..count].iter().any(Scalar::is_null)) && keys(a, count) == keys(b, count)
        };
        let pair = |a: Option<&Row>, b: Option<&Row>| -> Row {
            let shared = a.or(b).unwrap()[..count].to_vec();
            let value = |row: Option<&Row>| row.map_or(Scalar::Null, |row| row[count].clone());
            shared.into_iter().chain([value(a), value(b)]).collect()
        };
        let mut expected: Vec<Row> = Vec::new();
        if kind == JoinType::Right {
            for b in &right.rows {
                let before = expected.len();
                expected.extend(left.rows.iter().filter(|a| matches(a, b)).map(|a| {
                    // The shared key shows the right side's value: every right row is kept.
                    let mut row = pair(Some(a), Some(b));
                    row[..count].clone_from_slice(&b[..count]);
                    row
                }));
                if expected.len() == before {
                    expected.push(pair(None, Some(b)));
                }
            }
        } else {
            for a in &left.rows {
                let partners: Vec<&Row> = right.rows.iter().filter(|b| matches(a, b)).collect();
                match kind {
                    JoinType::Semi if !partners.is_empty() => expected.push(a.clone()),
                    JoinType::Anti if partners.is_empty() => expected.push(a.clone()),
                    JoinType::Semi | JoinType::Anti => {}
                    _ if partners.is_empty() && kind != JoinType::Inner => expected.push(pair(Some(a), None)),
                    _ => expected.extend(partners.into_iter().map(|b| pair(Some(a), Some(b)))),
                }
            }
            if kind == JoinType::Full {
                let lonely = right.rows.iter().filter(|b| !left.rows.iter().any(|a| matches(a, b)));
                expected.extend(lonely.map(|b| pair(None, Some(b))));
            }
        }
        let names: Vec<Expr> = left.keys().iter().map(col).collect();
        let options = JoinOptions { nulls_equal, ..JoinOptions::default() };
        let found = check(&[&left.frame(), &right.frame()], |t| {
            t[0].join_with(&t[1], names.clone(), names.clone(), kind, options.clone())
        }).frame();
        same(&found, &expected)?;
    }

    #[test]
    fn sorts(table in a_table(), directions in proptest::collection::vec((any::<bool>(), any::<bool>()), 3), limit in 0..60u64) {
        let count = table.dtypes.len();
        let mut expected = table.rows.clone();
        expected.sort_by(|a, b| {
            let each = (0..count).map(|i| order_by(&a[i], &b[i], directions[i].0, directions[i].1));
            each.into_iter().find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
        });
        expected.truncate(limit as usize);
        let by: Vec<SortKey> = table.keys().iter().zip(&directions).map(|(name, (descending, nulls_first))| {
            SortKey { expr: col(name), descending: *descending, nulls_first: *nulls_first }
        }).collect();
        let found = check(&[&table.frame()], |t| t[0].sort_by(by.clone()).limit(limit)).frame();
        same(&found, &expected)?;
    }

    #[test]
    fn distinct_rows(table in a_table(), last in any::<bool>()) {
        let count = table.dtypes.len();
        let mut kept: Vec<(Vec<String>, Row)> = Vec::new();
        for row in &table.rows {
            let key = keys(row, count);
            match kept.iter_mut().find(|(known, _)| *known == key) {
                Some((_, held)) => if last { held.clone_from(row) },
                None => kept.push((key, row.clone())),
            }
        }
        let expected: Vec<Row> = kept.into_iter().map(|(_, row)| row).collect();
        let names = table.keys();
        let keep = if last { Keep::Last } else { Keep::First };
        let found = check(&[&table.frame()], |t| t[0].distinct_by(names.iter().map(String::as_str), keep)).frame();
        same(&found, &expected)?;
    }
}
