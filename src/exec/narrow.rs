//! Scans that read less because a join was built before: rows whose key lies outside the build side's match nothing.

use crate::data::{Batch, DType, Scalar, Schema, Statistics};
use crate::error::Result;
use crate::exec::join::Probe;
use crate::exec::join::built::Built;
use crate::exec::origin::{Origin, column, origins};
use crate::exec::reduce::Member;
use crate::exec::slot::Slot;
use crate::expr::{Expr, Tasks, col, lit};
use crate::plan::{Flow, Plan, Scan, ScanNode, ScanRequest, TableSource};
use std::sync::{Arc, OnceLock};

/// Keys up to so many are told to a scan one by one.
const FEW_KEYS: u64 = 1 << 16;

/// Told one by one, keys must be so many times fewer than the rows of the scan.
const SELECTIVE: u64 = 8;

/// What a join that is built before tells about a scan.
#[derive(Clone)]
pub struct Narrowing {
    /// Where the node is: which one it is, never followed.
    scan: usize,
    /// Columns of the scan.
    columns: Vec<Arc<str>>,
    told: Told,
    /// Whether rows left out can come back with null as their key.
    outer: bool,
    built: Slot<Built>,
}

#[derive(Clone)]
enum Told {
    /// The range of a key, which the column must lie in; if it is the only one, the keys themselves where they are few.
    Range { key: usize, only: bool },
    /// All keys, among which the columns must be, and the join as text.
    Keys(String),
}

/// What a join whose probe rows need a match tells about the scans below its probe side.
pub fn narrowings(plan: &Plan, keys: &[Expr], probe: &Probe) -> Vec<Narrowing> {
    let narrowing = |origin: &Origin<'_>, told: Told| Narrowing {
        scan: place(origin.scan),
        columns: origin.columns.clone(),
        told,
        outer: origin.outer,
        built: probe.built.clone(),
    };
    let only = probe.keys.len() == 1;
    let mut found = Vec::new();
    for (key, name) in keys.iter().enumerate().filter_map(|(key, expr)| Some((key, column(expr)?))) {
        for origin in origins(plan, &[name]) {
            let field = origin.scan.source().schema().field(&origin.columns[0]);
            // The condition would compare numbers of categories where the bounds are those of texts.
            let texts = field.is_ok_and(|field| field.dtype.categories().is_none());
            if texts && origin.scan.source().prunes() {
                found.push(narrowing(&origin, Told::Range { key, only }));
            }
        }
    }
    let names: Option<Vec<_>> = keys.iter().map(column).collect();
    // Keys beside these are of the condition.
    if let Some(names) = names.filter(|names| !names.is_empty() && names.len() == probe.keys.len()) {
        let worked = origins(plan, &names).into_iter().filter(|origin| origin.worked);
        found.extend(worked.map(|origin| narrowing(&origin, Told::Keys(probe.text.clone()))));
    }
    found
}

impl Narrowing {
    /// Whether it is about this scan.
    pub fn is_of(&self, scan: &ScanNode) -> bool {
        self.scan == place(scan)
    }

    /// Whether a scan that prunes can make use of it.
    pub fn prunes(&self) -> bool {
        matches!(self.told, Told::Range { .. })
    }

    /// What rows must be among; `schema`: of the rows.
    pub fn member(&self, schema: &Schema) -> Option<Member> {
        let Told::Keys(join) = &self.told else { return None };
        let positions = self.columns.iter().map(|name| schema.index_of(name)).collect::<Result<_>>().ok()?;
        Some(Member::new(positions, &self.columns, join, self.built.clone(), self.outer))
    }

    /// The condition, once the join is built; `rows`: of the scan.
    fn condition(&self, rows: Option<u64>) -> Option<Expr> {
        let Told::Range { key, only } = self.told else { return None };
        let built = self.built.get().ok().filter(|built| !built.encoder.matches_null())?;
        let (low, high) = built.bounds(key)?;
        let column = col(&*self.columns[0]);
        let within = column.clone().gt_eq(lit(low)).and(column.clone().lt_eq(lit(high)));
        let few = only && built.rows <= FEW_KEYS && rows.is_some_and(|rows| rows / SELECTIVE >= built.rows);
        Some(if few { within.and(column.is_in(built.values(key))) } else { within })
    }
}

fn place(scan: &ScanNode) -> usize {
    std::ptr::from_ref(scan) as usize
}

/// A scan that is opened anew when it is first read: by then it is known which keys can match.
pub struct LateScan {
    /// The scan without what is not known yet.
    early: Arc<dyn Scan>,
    source: Arc<dyn TableSource>,
    request: ScanRequest,
    narrowings: Vec<Narrowing>,
    late: OnceLock<Option<Arc<dyn Scan>>>,
}

impl LateScan {
    /// A scan of a source.
    ///
    /// # Errors
    /// What the source raises.
    pub fn new(
        source: &Arc<dyn TableSource>,
        request: ScanRequest,
        narrowings: Vec<Narrowing>,
    ) -> Result<Self> {
        let early = source.scan(&request)?;
        Ok(LateScan { early, source: source.clone(), request, narrowings, late: OnceLock::new() })
    }

    fn scan(&self) -> &Arc<dyn Scan> {
        let open = || {
            let rows = self.source.rows();
            let conditions = self.narrowings.iter().filter_map(|narrowing| narrowing.condition(rows));
            let known = conditions.reduce(Expr::and)?;
            let predicate = match &self.request.predicate {
                Some(own) => own.clone().and(known),
                None => known,
            };
            self.source.scan(&ScanRequest { predicate: Some(predicate), ..self.request.clone() }).ok()
        };
        self.late.get_or_init(open).as_ref().unwrap_or(&self.early)
    }
}

impl Scan for LateScan {
    fn partitions(&self) -> usize {
        self.scan().partitions()
    }

    fn read(&self, partition: usize, emit: &mut dyn FnMut(Batch) -> Result<Flow>) -> Result<()> {
        self.scan().read(partition, emit)
    }

    fn read_shared(
        &self,
        partition: usize,
        tasks: &dyn Tasks,
        emit: &mut dyn FnMut(Batch) -> Result<Flow>,
    ) -> Result<()> {
        self.scan().read_shared(partition, tasks, emit)
    }

    fn first_row(&self, partition: usize) -> Option<u64> {
        self.scan().first_row(partition)
    }

    fn skipped(&self) -> Option<String> {
        self.late.get().and_then(Option::as_ref).unwrap_or(&self.early).skipped()
    }
}

impl Built {
    /// The values of a key, null aside.
    fn values(&self, key: usize) -> Vec<Scalar> {
        let columns = self.keys.iter().map(|keys| keys[key].array());
        let each = columns.flat_map(|array| (0..array.len()).map(move |row| Scalar::from_array(array, row)));
        each.filter(|value| !value.is_null()).collect()
    }

    /// The least and the greatest value of a key; `None` if there is none, or if they say nothing about equal keys.
    fn bounds(&self, key: usize) -> Option<(Scalar, Scalar)> {
        let mut bounds: Option<(Scalar, Scalar)> = None;
        for keys in &self.keys {
            let column = &keys[key];
            let orders = column.dtype().is_integer()
                || column.dtype().is_temporal()
                || matches!(column.dtype(), DType::String);
            if !orders {
                return None;
            }
            let found = Statistics::of(column.array());
            if found.min.is_null() {
                continue;
            }
            bounds = Some(match bounds {
                None => (found.min, found.max),
                Some((low, high)) => {
                    let low = if found.min.compare(&low)?.is_lt() { found.min } else { low };
                    let high = if found.max.compare(&high)?.is_gt() { found.max } else { high };
                    (low, high)
                }
            });
        }
        bounds
    }
}
