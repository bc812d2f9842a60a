//! From a plan to pipelines: one arm per node, and the choice among algorithms.

use crate::config::Config;
use crate::data::{Batch, DType, Field, Schema};
use crate::error::{AllOk, Result};
use crate::exec::aggregate::Aggregate;
use crate::exec::collect::Collect;
use crate::exec::distinct::Distinct;
use crate::exec::explode::Explode;
use crate::exec::filter::Filter;
use crate::exec::horizontal::Horizontal;
use crate::exec::join::turned::turned;
use crate::exec::join::{Build, BuildOptions, End, Kept, Mark, Output, Probe, Spec, Turned, Wanted, spec};
use crate::exec::limit::Limit;
use crate::exec::map::Map;
use crate::exec::narrow::{LateScan, Narrowing, narrowings};
use crate::exec::operator::Transform;
use crate::exec::pipeline::{Chain, Pipeline, Query};
use crate::exec::pivot::Pivot;
use crate::exec::project::Project;
use crate::exec::reduce::Reduce;
use crate::exec::shared::Shared;
use crate::exec::slot::{Slot, SlotScan};
use crate::exec::sort::Sort;
use crate::exec::top_k::TopK;
use crate::exec::unpivot::{ByLabel, ByRow};
use crate::exec::window::{self, Broadcast, Window};
use crate::expr::alike::all_same;
use crate::expr::{
    Bound, BoundAggregate, BoundWindow, Expr, bind, bind_aggregate, bind_order, bind_window, col,
};
use crate::functions::aggregate_function;
use crate::kernels::order::Direction;
use crate::plan::rows::most_rows;
use crate::plan::{
    AggregateNode, DistinctNode, GroupOrder, JoinKind, JoinNode, Keep, Node, Plan, Scan, ScanNode,
    ScanRequest, SortKey, SortNode, WindowNode,
};
use std::sync::Arc;

/// Rows up to which a query runs on the calling thread.
const SMALL_ROWS: u64 = 4096;

/// The pipelines of a plan.
///
/// # Errors
/// What opening a source or binding an expression raises.
pub fn lower(plan: &Plan, config: &Config) -> Result<Query> {
    let result = Slot::default();
    let codes = matches!(plan, Plan::Scan(node) if node.source().codes());
    let collect = Collect::new(result.clone()).with_codes(codes);
    let query = lowered(plan, config, codes, |chain| Pipeline::new(chain, collect))?;
    Ok(Query { result, ..query })
}

/// The pipelines of a plan, the last one ending as `end` says.
///
/// # Errors
/// As [`lower`].
pub fn lower_to(plan: &Plan, config: &Config, end: impl FnOnce(Chain) -> Pipeline) -> Result<Query> {
    lowered(plan, config, false, end)
}

fn lowered(plan: &Plan, config: &Config, kept: bool, end: impl FnOnce(Chain) -> Pipeline) -> Result<Query> {
    let shared = if config.optimize { Shared::of(plan) } else { Shared::default() };
    let mut lowering =
        Lowering { config, pipelines: Vec::new(), rows: Some(0), narrowings: Vec::new(), shared, kept };
    let chain = lowering.chain(plan)?;
    lowering.pipelines.push(end(chain));
    let small = lowering.rows.is_some_and(|rows| rows <= SMALL_ROWS);
    Ok(Query { pipelines: lowering.pipelines, result: Slot::default(), small })
}

struct Lowering<'a> {
    config: &'a Config,
    pipelines: Vec<Pipeline>,
    /// Rows of all sources, as far as they are known.
    rows: Option<u64>,
    /// What joins that are built before tell about scans.
    narrowings: Vec<Narrowing>,
    /// Parts that are run once.
    shared: Shared<'a>,
    /// The plan is a scan whose rows are kept in memory.
    kept: bool,
}

impl Lowering<'_> {
    /// The chain that gives a plan's rows; what must run before is added to the pipelines.
    fn chain(&mut self, plan: &Plan) -> Result<Chain> {
        let Some(place) = self.shared.place(plan) else { return self.chain_of(plan) };
        if let Some(result) = self.shared.result(place) {
            return Ok(after("Shared rows", result));
        }
        // Others want all its rows.
        let narrowings = std::mem::take(&mut self.narrowings);
        let chain = self.chain_of(plan)?;
        self.narrowings = narrowings;
        let result = self.end(chain, Collect::new);
        self.shared.remember(place, result.clone());
        Ok(after("Shared rows", result))
    }

    fn chain_of(&mut self, plan: &Plan) -> Result<Chain> {
        Ok(match plan {
            Plan::Scan(node) => self.scan(node)?,
            Plan::Filter(node) => {
                let predicate = predicate(node.predicate(), node.input().schema())?;
                self.chain(node.input())?.then(Arc::new(Filter::new(predicate)))
            }
            Plan::Project(node) => {
                let exprs = bind_all(node.exprs(), node.input().schema())?;
                self.chain(node.input())?.then(Arc::new(Project::new(exprs)))
            }
            Plan::Explode(node) => {
                let schema = node.input().schema();
                let position = |name: &Arc<str>| schema.index_of(name);
                let positions = node.columns().iter().map(position).all_ok()?;
                self.chain(node.input())?.then(Arc::new(Explode::new(positions, node.columns())))
            }
            Plan::Unpivot(node) => {
                let chain = self.chain(node.input())?;
                let (how, label) = (node.how(), &node.schema().fields()[node.how().kept].dtype);
                match how.by_row {
                    true => chain.then(Arc::new(ByRow::new(how, label)?)),
                    false => {
                        let rows = ByLabel::new(how, label, self.end(chain, Collect::new))?;
                        Chain::new("Columns below each other".to_owned(), Arc::new(rows))
                    }
                }
            }
            Plan::Pivot(node) => {
                let chain = self.chain(node.input())?;
                let weak = self.config.weak_hash;
                after("Pivoted rows", self.end(chain, |slot| Pivot::new(node.how().clone(), weak, slot)))
            }
            Plan::Map(node) => {
                let (input, output) = (node.input().schema().clone(), node.schema().clone());
                let map = Map::new(node.name(), node.function().clone(), input, output);
                let chain = self.chain(node.input())?;
                // Few rows may be much work for the user's function.
                self.rows = None;
                chain.then(Arc::new(map))
            }
            Plan::Union(node) => {
                let chains = node.inputs().into_iter().map(|input| self.chain(input));
                Chain::union(chains.all_ok()?)
            }
            Plan::Horizontal(node) => {
                let mut results = Vec::new();
                for input in node.inputs() {
                    let chain = self.chain(input)?;
                    results.push(self.end(chain, Collect::new));
                }
                Chain::new("Rows side by side".to_owned(), Arc::new(Horizontal(results)))
            }
            Plan::Limit(node) => {
                let chain = self.chain(node.input())?;
                let result = self.end(chain, |slot| Limit::new(node.offset(), node.rows(), slot));
                after("Limited rows", result)
            }
            Plan::Sort(node) => self.sort(node)?,
            Plan::Aggregate(node) => self.aggregate(node)?,
            Plan::Distinct(node) => self.distinct(node)?,
            Plan::Join(node) => self.join(node)?,
            Plan::Window(node) => self.window(node)?,
        })
    }

    /// Ends a chain in a sink that leaves batches.
    fn end<S: crate::exec::Sink + 'static>(
        &mut self,
        chain: Chain,
        sink: impl FnOnce(Slot<Vec<Batch>>) -> S,
    ) -> Slot<Vec<Batch>> {
        let slot = Slot::default();
        self.pipelines.push(Pipeline::new(chain, sink(slot.clone())));
        slot
    }

    /// The source reads what the projection and the predicate need; the predicate is applied exactly here.
    fn scan(&mut self, node: &ScanNode) -> Result<Chain> {
        let source = node.source();
        self.rows = self.rows.zip(source.rows()).map(|(sum, rows)| sum + rows);
        let wanted = node.projection();
        let mut read = wanted.clone();
        if let Some(predicate) = node.predicate() {
            for name in predicate.columns() {
                let position = source.schema().index_of(&name)?;
                if !read.contains(&position) {
                    read.push(position);
                }
            }
        }
        let request = ScanRequest {
            projection: read.clone(),
            predicate: node.predicate().cloned(),
            limit: node.limit(),
            batch_rows: self.config.partition_rows,
            kept: self.kept && node.predicate().is_none() && node.limit().is_none(),
        };
        let known: Vec<_> = self.narrowings.iter().filter(|known| known.is_of(node)).cloned().collect();
        let (pruning, reducing): (Vec<_>, Vec<_>) = known.into_iter().partition(Narrowing::prunes);
        let scan: Arc<dyn Scan> = match pruning.is_empty() {
            true => source.scan(&request)?,
            false => Arc::new(LateScan::new(source, request, pruning)?),
        };
        let mut chain = Chain::new(node.describe(), scan);
        if let Some(condition) = node.predicate() {
            let schema = source.schema().project(&read);
            chain = chain.then(Arc::new(Filter::new(predicate(condition, &schema)?)));
            if read.len() > wanted.len() {
                let kept: Vec<_> = node.schema().names().map(col).collect();
                chain = chain.then(Arc::new(Project::new(bind_all(&kept, &schema)?)));
            }
        }
        let members: Vec<_> = reducing.iter().filter_map(|known| known.member(node.schema())).collect();
        if !members.is_empty() {
            chain = chain.then(Arc::new(Reduce::new(members, self.config.weak_hash)));
        }
        Ok(chain)
    }

    fn sort(&mut self, node: &SortNode) -> Result<Chain> {
        let chain = self.chain(node.input())?;
        self.sorted(chain, node.by(), node.limit(), node.schema())
    }

    fn sorted(&mut self, chain: Chain, by: &[SortKey], limit: Option<u64>, schema: &Schema) -> Result<Chain> {
        let keys = by.iter().map(|key| bind_order(&key.expr, schema)).all_ok()?;
        let directions = by
            .iter()
            .map(|key| Direction { descending: key.descending, nulls_first: key.nulls_first })
            .collect();
        let slot = match limit {
            Some(limit) => self.end(chain, |slot| TopK::new(keys, directions, limit, slot)),
            None => self.end(chain, |slot| Sort::new(keys, directions, slot)),
        };
        Ok(after("Sorted rows", slot))
    }

    fn aggregate(&mut self, node: &AggregateNode) -> Result<Chain> {
        let input = node.input().schema();
        let keys = bind_all(node.keys(), input)?;
        let aggregates = node.aggregates().iter().map(|expr| bind_aggregate(expr, input));
        let aggregates = aggregates.all_ok()?;
        let chain = self.chain(node.input())?;
        let config = self.config.clone();
        let (order, drop_nulls) = (node.order(), node.drop_nulls());
        let slot = self.end(chain, |slot| Aggregate::new(keys, aggregates, order, drop_nulls, &config, slot));
        let groups = after("Groups", slot);
        if order != GroupOrder::Sorted || node.keys().is_empty() {
            return Ok(groups);
        }
        let names = node.schema().names().take(node.keys().len());
        let by: Vec<SortKey> = names.map(|name| SortKey::ascending(col(name))).collect();
        self.sorted(groups, &by, None, node.schema())
    }

    /// Distinct rows are groups; the other columns are those of the group's first or last row.
    fn distinct(&mut self, node: &DistinctNode) -> Result<Chain> {
        let input = node.input().schema();
        let keys: Vec<_> = node.subset().iter().map(col).collect();
        // Equal keys can be different values (0.0 and -0.0), of which a group shows the first: the last row's own are
        // taken like the other columns.
        let varies = |dtype: &DType| node.keep() == Keep::Last && (dtype.is_float() || dtype.is_nested());
        let is_key = |field: &Field| node.subset().contains(&field.name) && !varies(&field.dtype);
        let rest = input.fields().iter().filter(|field| !is_key(field));
        let function = match node.keep() {
            Keep::Last => aggregate_function("last")?,
            Keep::First | Keep::Any | Keep::None => aggregate_function("first")?,
        };
        let mut fields: Vec<Field> = Vec::with_capacity(input.len());
        for name in node.subset() {
            let field = input.field(name)?.clone();
            // Such a key is not in the result; its column must not share a name with one that is.
            let hidden = || Field::new(format!("{name}\0"), field.dtype.clone());
            fields.push(if varies(&field.dtype) { hidden() } else { field });
        }
        let (mut aggregates, mut columns) = (Vec::new(), Vec::new());
        for name in node.subset() {
            columns.push(input.index_of(name)?);
        }
        for field in rest {
            columns.push(input.index_of(&field.name)?);
            let expr = crate::expr::Expr::aggregate(function, [col(&field.name)], crate::expr::Params::new());
            aggregates.push(bind_aggregate(&expr, input)?);
            fields.push(field.clone());
        }
        let keys = bind_all(&keys, input)?;
        let grouped = Schema::new(fields)?;
        let chain = self.chain(node.input())?;
        let config = self.config.clone();
        let slot = self.end(chain, |slot| {
            let order = GroupOrder::FirstSeen;
            let groups = Aggregate::new(keys.clone(), aggregates, order, false, &config, slot.clone());
            let first = matches!(node.keep(), Keep::First | Keep::Any);
            Distinct::new(keys, columns, groups, config.weak_hash || !first, slot)
        });
        let names: Vec<_> = input.names().map(col).collect();
        Ok(after("Distinct rows", slot).then(Arc::new(Project::new(bind_all(&names, &grouped)?))))
    }

    /// Functions of windows have a sink of their own. Aggregates over partitions are groups, whose results are joined to
    /// the rows; only those that depend on an order that is given go by the sequence of rows too.
    fn window(&mut self, node: &WindowNode) -> Result<Chain> {
        let input = node.input().schema();
        let mut chain = self.chain(node.input())?;
        let mut made = input.fields().to_vec();
        let (mut in_sequence, mut in_groups): (Vec<BoundWindow>, Vec<Totals>) = (Vec::new(), Vec::new());
        let mut later = Vec::new();
        for (position, expr) in node.windows().iter().enumerate() {
            let window = bind_window(expr, input)?;
            let field = node.schema().fields()[input.len() + position].clone();
            match window.aggregate() {
                Some(aggregate)
                    if window.frame.is_none()
                        && (window.order.is_empty() || !aggregate.function.get()?.ordered) =>
                {
                    match in_groups.iter_mut().find(|totals| all_same(&totals.keys, &window.partition)) {
                        Some(totals) => totals.add(aggregate, field),
                        None => {
                            let mut totals = Totals::new(window.partition);
                            totals.add(aggregate, field);
                            in_groups.push(totals);
                        }
                    }
                }
                _ => {
                    in_sequence.push(window);
                    later.push(field);
                }
            }
        }
        if !in_groups.is_empty() {
            let rows = self.end(chain, window::Keep::new);
            chain = after("Rows for totals", rows.clone());
            for totals in in_groups {
                let width = made.len();
                made.extend(totals.fields.iter().cloned());
                chain = chain.then(self.totals(totals, width, &rows)?);
            }
        }
        if !in_sequence.is_empty() {
            chain = after("Rows with windows", self.end(chain, |slot| Window::new(in_sequence, slot)));
            made.append(&mut later);
        }
        let wanted: Vec<_> = node.schema().names().map(col).collect();
        Ok(chain.then(Arc::new(Project::new(bind_all(&wanted, &Schema::new(made)?)?))))
    }

    /// Groups the rows, and finds the group of each again; `width`: how many columns the rows have by then.
    fn totals(
        &mut self,
        totals: Totals,
        width: usize,
        rows: &Slot<Vec<Batch>>,
    ) -> Result<Arc<dyn Transform>> {
        let Totals { keys, aggregates, fields, .. } = totals;
        let config = self.config.clone();
        let count = keys.len();
        let key = |(i, key): (usize, &Bound)| Field::new(format!("__key_{i}"), key.dtype.clone());
        let grouped: Vec<Field> = keys.iter().enumerate().map(key).chain(fields).collect();
        let grouped = Schema::new(grouped)?;
        let order = GroupOrder::Any;
        let groups = self.end(after("Rows for totals", rows.clone()), |slot| {
            Aggregate::new(keys.clone(), aggregates, order, false, &config, slot)
        });
        if count == 0 {
            return Ok(Arc::new(Broadcast::new(groups)));
        }
        let names: Vec<_> = grouped.names().take(count).map(col).collect();
        let (found, built) = (bind_all(&names, &grouped)?, Slot::default());
        let kept = (count..grouped.len()).map(Kept::Column).collect();
        let dtypes: Vec<DType> = grouped.fields()[count..].iter().map(|field| field.dtype.clone()).collect();
        let output = (0..width).map(Output::Probe).chain((0..dtypes.len()).map(Output::Build)).collect();
        let options = BuildOptions { nulls_equal: true, weak: config.weak_hash, ..BuildOptions::default() };
        let build = Build::new(found, Vec::new(), kept, dtypes, options, built.clone());
        self.pipelines.push(Pipeline::new(after("Groups", groups), build));
        let texts: Vec<&str> = keys.iter().map(|key| key.text.as_ref()).collect();
        let text = format!("Repeat totals by {}", texts.join(", "));
        Ok(Arc::new(Probe::new(text, keys, Wanted::PairsAndRows, output, built)))
    }

    fn join(&mut self, node: &JoinNode) -> Result<Chain> {
        if crate::exec::join::turned::pays(node, self.config) {
            return self.turned_join(node);
        }
        let Spec { swapped, check_build, build, check_probe, guard, probe, unmatched } =
            spec(node, self.config)?;
        let (build_side, probe_side) =
            if swapped { (node.left(), node.right()) } else { (node.right(), node.left()) };
        let chain = self.chain(build_side)?;
        if let Some(check) = check_build {
            self.pipelines.push(Pipeline::new(chain.clone(), check));
        }
        self.pipelines.push(Pipeline::new(chain, build));
        let needs_match = matches!(node.kind(), JoinKind::Inner | JoinKind::Semi);
        let narrow = needs_match && check_probe.is_none() && node.asof().is_none();
        let chain = self.probe_side(probe_side, node.left_on(), &probe, narrow)?;
        if let Some(check) = check_probe {
            self.pipelines.push(Pipeline::new(chain.clone(), check));
        }
        if let Some(guard) = guard {
            let guard = guard.of_rows(most_rows(probe_side).unwrap_or(0));
            self.pipelines.push(Pipeline::new(chain.clone(), guard));
        }
        let joined = chain.then(probe);
        let Some(unmatched) = unmatched else { return Ok(joined) };
        let matched = self.end(joined, Collect::new);
        let rest = Chain::new("Rows on the right without a match".to_owned(), Arc::new(unmatched));
        Ok(Chain::union(vec![after("Joined rows", matched), rest]))
    }

    /// The chain of a join's probe side; with `narrow`, rows that match nothing may be left out.
    fn probe_side(&mut self, plan: &Plan, keys: &[Expr], probe: &Probe, narrow: bool) -> Result<Chain> {
        let before = self.narrowings.len();
        if narrow && self.config.optimize {
            self.narrowings.extend(narrowings(plan, keys, probe));
        }
        let chain = self.chain(plan);
        self.narrowings.truncate(before);
        chain
    }

    fn turned_join(&mut self, node: &JoinNode) -> Result<Chain> {
        let Turned { build, guard, probe, end } = turned(node, self.config)?;
        let chain = self.chain(node.left())?;
        self.pipelines.push(Pipeline::new(chain, build));
        let chain = self.probe_side(node.right(), node.right_on(), &probe, true)?;
        if let Some(guard) = guard {
            let guard = guard.of_rows(most_rows(node.right()).unwrap_or(0));
            self.pipelines.push(Pipeline::new(chain.clone(), guard));
        }
        Ok(match end {
            End::Ordered(sink) => after("Joined rows", self.end(chain.then(probe), sink)),
            End::Rows(rows) => {
                self.pipelines.push(Pipeline::new(chain, Mark(probe)));
                Chain::new("Left rows by whether they have a match".to_owned(), Arc::new(rows))
            }
        })
    }
}

/// Aggregates over partitions of the same keys.
struct Totals {
    keys: Vec<Bound>,
    aggregates: Vec<BoundAggregate>,
    fields: Vec<Field>,
}

impl Totals {
    fn new(keys: Vec<Bound>) -> Self {
        Totals { keys, aggregates: Vec::new(), fields: Vec::new() }
    }

    fn add(&mut self, aggregate: BoundAggregate, field: Field) {
        self.aggregates.push(aggregate);
        self.fields.push(field);
    }
}

fn after(name: &str, slot: Slot<Vec<Batch>>) -> Chain {
    Chain::new(name.to_owned(), Arc::new(SlotScan(slot)))
}

fn bind_all(exprs: &[Expr], schema: &Schema) -> Result<Vec<Bound>> {
    exprs.iter().map(|expr| bind(expr, schema)).collect()
}

/// A condition; one that is only ever null is cast to bool.
fn predicate(expr: &Expr, schema: &Schema) -> Result<Bound> {
    let bound = bind(expr, schema)?;
    crate::expr::bind::cast(bound, &DType::Bool, crate::kernels::CastMode::Strict)
}
