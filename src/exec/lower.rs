//! From a plan to pipelines: one arm per node, and the choice among algorithms.

use crate::config::Config;
use crate::data::{Batch, DType, Field, Schema};
use crate::error::Result;
use crate::exec::aggregate::Aggregate;
use crate::exec::collect::Collect;
use crate::exec::explode::Explode;
use crate::exec::filter::Filter;
use crate::exec::join::{Build, Probe};
use crate::exec::limit::Limit;
use crate::exec::map::Map;
use crate::exec::pipeline::{Chain, Pipeline, Query};
use crate::exec::project::Project;
use crate::exec::slot::{Slot, SlotScan};
use crate::exec::sort::Sort;
use crate::expr::{Bound, bind, bind_aggregate, col};
use crate::functions::aggregate_function;
use crate::kernels::order::Direction;
use crate::plan::{
    AggregateNode, DistinctNode, GroupOrder, JoinNode, Keep, Node, Plan, ScanNode, ScanRequest, SortKey,
    SortNode,
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
    let query = lower_to(plan, config, |chain| Pipeline::new(chain, Collect::new(result.clone())))?;
    Ok(Query { result, ..query })
}

/// The pipelines of a plan, the last one ending as `end` says.
///
/// # Errors
/// As [`lower`].
pub fn lower_to(plan: &Plan, config: &Config, end: impl FnOnce(Chain) -> Pipeline) -> Result<Query> {
    let mut lowering = Lowering { config, pipelines: Vec::new(), rows: Some(0) };
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
}

impl Lowering<'_> {
    /// The chain that gives a plan's rows; what must run before is added to the pipelines.
    fn chain(&mut self, plan: &Plan) -> Result<Chain> {
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
                let position = node.input().schema().index_of(node.column())?;
                self.chain(node.input())?.then(Arc::new(Explode::new(position, node.column())))
            }
            Plan::Map(node) => {
                let (input, output) = (node.input().schema().clone(), node.schema().clone());
                let map = Map::new(node.name(), node.function().clone(), input, output);
                self.chain(node.input())?.then(Arc::new(map))
            }
            Plan::Union(node) => {
                let chains = node.inputs().into_iter().map(|input| self.chain(input));
                Chain::union(chains.collect::<Result<_>>()?)
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
        };
        let mut chain = Chain::new(node.describe(), source.scan(&request)?);
        if let Some(condition) = node.predicate() {
            let schema = source.schema().project(&read);
            chain = chain.then(Arc::new(Filter::new(predicate(condition, &schema)?)));
            if read.len() > wanted.len() {
                let kept: Vec<_> = node.schema().names().map(col).collect();
                chain = chain.then(Arc::new(Project::new(bind_all(&kept, &schema)?)));
            }
        }
        Ok(chain)
    }

    fn sort(&mut self, node: &SortNode) -> Result<Chain> {
        let chain = self.chain(node.input())?;
        self.sorted(chain, node.by(), node.limit(), node.schema())
    }

    fn sorted(&mut self, chain: Chain, by: &[SortKey], limit: Option<u64>, schema: &Schema) -> Result<Chain> {
        let keys = by.iter().map(|key| bind(&key.expr, schema)).collect::<Result<_>>()?;
        let directions = by
            .iter()
            .map(|key| Direction { descending: key.descending, nulls_first: key.nulls_first })
            .collect();
        Ok(after("Sorted rows", self.end(chain, |slot| Sort::new(keys, directions, limit, slot))))
    }

    fn aggregate(&mut self, node: &AggregateNode) -> Result<Chain> {
        let input = node.input().schema();
        let keys = bind_all(node.keys(), input)?;
        let aggregates = node.aggregates().iter().map(|expr| bind_aggregate(expr, input));
        let aggregates = aggregates.collect::<Result<_>>()?;
        let chain = self.chain(node.input())?;
        let weak = self.config.weak_hash;
        let (order, drop_nulls) = (node.order(), node.drop_nulls());
        let slot = self.end(chain, |slot| Aggregate::new(keys, aggregates, order, drop_nulls, weak, slot));
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
            Keep::First => aggregate_function("first")?,
            Keep::Last => aggregate_function("last")?,
        };
        let mut fields: Vec<Field> = Vec::with_capacity(input.len());
        for name in node.subset() {
            let field = input.field(name)?.clone();
            // Such a key is not in the result; its column must not share a name with one that is.
            let hidden = || Field::new(format!("{name}\0"), field.dtype.clone());
            fields.push(if varies(&field.dtype) { hidden() } else { field });
        }
        let mut aggregates = Vec::new();
        for field in rest {
            let expr = crate::expr::Expr::aggregate(function, [col(&field.name)], crate::expr::Params::new());
            aggregates.push(bind_aggregate(&expr, input)?);
            fields.push(field.clone());
        }
        let keys = bind_all(&keys, input)?;
        let grouped = Schema::new(fields)?;
        let chain = self.chain(node.input())?;
        let weak = self.config.weak_hash;
        let slot = self
            .end(chain, |slot| Aggregate::new(keys, aggregates, GroupOrder::FirstSeen, false, weak, slot));
        let names: Vec<_> = input.names().map(col).collect();
        Ok(after("Distinct rows", slot).then(Arc::new(Project::new(bind_all(&names, &grouped)?))))
    }

    fn join(&mut self, node: &JoinNode) -> Result<Chain> {
        let right = self.chain(node.right())?;
        let keys = bind_all(node.right_on(), node.right().schema())?;
        let built = Slot::default();
        let build = Build::new(
            keys,
            node.right_columns().to_vec(),
            node.right().schema(),
            node.options().nulls_equal,
            self.config.weak_hash,
            built.clone(),
        );
        self.pipelines.push(Pipeline::new(right, build));
        let keys = bind_all(node.left_on(), node.left().schema())?;
        let left = self.chain(node.left())?;
        Ok(left.then(Arc::new(Probe::new(keys, node.kind(), built))))
    }
}

fn after(name: &str, slot: Slot<Vec<Batch>>) -> Chain {
    Chain::new(name.to_owned(), Arc::new(SlotScan(slot)))
}

fn bind_all(exprs: &[crate::expr::Expr], schema: &Schema) -> Result<Vec<Bound>> {
    exprs.iter().map(|expr| bind(expr, schema)).collect()
}

/// A condition; one that is only ever null is cast to bool.
fn predicate(expr: &crate::expr::Expr, schema: &Schema) -> Result<Bound> {
    let bound = bind(expr, schema)?;
    crate::expr::bind::cast(bound, &DType::Bool, crate::kernels::CastMode::Strict)
}
