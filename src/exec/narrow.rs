//! Scans that read less because a join was built before: rows whose key lies outside the build side's match nothing.

use crate::data::{Batch, DType, Scalar, Statistics};
use crate::error::Result;
use crate::exec::join::built::Built;
use crate::exec::slot::Slot;
use crate::expr::{Expr, Tasks, col, lit};
use crate::plan::{Flow, JoinKind, JoinNode, Node, Plan, Scan, ScanNode, ScanRequest, TableSource, Validate};
use std::sync::{Arc, OnceLock};

/// A column of a scan, and the key of a build side that it must equal.
#[derive(Clone)]
pub struct Narrowing {
    /// Where the node is: which one it is, never followed.
    scan: usize,
    column: Arc<str>,
    key: usize,
    built: Slot<Built>,
}

/// What a join whose probe rows need a match tells about the scans below its probe side.
pub fn narrowings(probe: &Plan, keys: &[Expr], built: &Slot<Built>) -> Vec<Narrowing> {
    let of_key = |(key, expr): (usize, &Expr)| {
        let Expr::Column(name) = expr else { return None };
        let (scan, column) = origin(probe, name)?;
        // A scan that is read twice could be asked for other rows elsewhere.
        let once = count(probe, scan) == 1;
        (once && scan.source().prunes()).then(|| Narrowing {
            scan: place(scan),
            column,
            key,
            built: built.clone(),
        })
    };
    keys.iter().enumerate().filter_map(of_key).collect()
}

impl Narrowing {
    /// Whether it is about this scan.
    pub fn is_of(&self, scan: &ScanNode) -> bool {
        self.scan == place(scan)
    }

    /// The condition, once the join is built.
    fn condition(&self) -> Option<Expr> {
        let (low, high) = self.built.get().ok()?.bounds(self.key)?;
        Some(col(&*self.column).gt_eq(lit(low)).and(col(&*self.column).lt_eq(lit(high))))
    }
}

fn place(scan: &ScanNode) -> usize {
    std::ptr::from_ref(scan) as usize
}

/// The scan that a column comes from, if rows on the way are only left out or repeated.
fn origin<'a>(plan: &'a Plan, name: &str) -> Option<(&'a ScanNode, Arc<str>)> {
    match plan {
        Plan::Scan(scan) if scan.limit().is_none() => {
            let field = scan.source().schema().fields().iter().find(|field| field.name.as_ref() == name)?;
            // The condition would compare numbers of categories where the bounds are those of texts.
            let texts = field.dtype.categories().is_none();
            texts.then(|| (scan, field.name.clone()))
        }
        Plan::Filter(node) => origin(node.input(), name),
        Plan::Project(node) => {
            let expr = node.exprs().iter().find(|expr| expr.output_name().as_ref() == name)?;
            match expr.without_alias() {
                Expr::Column(name) => origin(node.input(), name),
                _ => None,
            }
        }
        Plan::Join(node) => of_left(node, name),
        _ => None,
    }
}

fn of_left<'a>(node: &'a JoinNode, name: &str) -> Option<(&'a ScanNode, Arc<str>)> {
    let independent =
        matches!(node.kind(), JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti);
    if !independent || node.options().validate != Validate::ManyToMany {
        return None;
    }
    let position = node.schema().fields().iter().position(|field| field.name.as_ref() == name)?;
    let field = node.left().schema().fields().get(position)?;
    origin(node.left(), &field.name)
}

fn count(plan: &Plan, scan: &ScanNode) -> usize {
    let here = matches!(plan, Plan::Scan(node) if std::ptr::eq(node, scan));
    let below = plan.node().inputs().into_iter().map(|input| count(input, scan));
    usize::from(here) + below.sum::<usize>()
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
            let conditions = self.narrowings.iter().filter_map(Narrowing::condition);
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
