//! Columns before and after they are pruned, as plan text.

use super::*;
use crate::data::DType;
use crate::expr::{FunctionRef, Params};
use crate::functions::aggregate_function;
use crate::optimizer::testing::{changes, filter, keeps, scan, select};
use crate::plan::{
    DistinctNode, ExplodeNode, GroupOrder, JoinKind, JoinOptions, Keep, LimitNode, MapNode, ScanNode,
    SortKey, SortNode, UnionNode,
};

const RULE: &Rule = &PRUNE_COLUMNS;

fn table(name: &'static str) -> Arc<Plan> {
    scan(name, &[("a", DType::Int64), ("b", DType::Int64), ("c", DType::Int64), ("d", DType::Int64)])
}

fn sum(name: &str) -> Expr {
    let function = FunctionRef::Static(aggregate_function("sum").unwrap());
    Expr::Aggregate { function, args: vec![col(name)], params: Params::new(), filter: None }
}

fn aggregate(input: Arc<Plan>, keys: Vec<Expr>, aggregates: Vec<Expr>) -> Arc<Plan> {
    let node = AggregateNode::new(input, keys, aggregates, GroupOrder::Any, false);
    Arc::new(Plan::Aggregate(node.unwrap()))
}

fn sort(input: Arc<Plan>, by: &str) -> Arc<Plan> {
    Arc::new(Plan::Sort(SortNode::new(input, vec![SortKey::ascending(col(by))], None).unwrap()))
}

fn join(left: Arc<Plan>, right: Arc<Plan>, kind: JoinKind, options: JoinOptions) -> Arc<Plan> {
    let node = JoinNode::new(left, right, vec![col("a")], vec![col("a")], kind, options);
    Arc::new(Plan::Join(node.unwrap()))
}

fn suffixes(left: &str, right: &str) -> JoinOptions {
    JoinOptions { left_suffix: left.into(), right_suffix: right.into(), ..JoinOptions::default() }
}

#[test]
fn scans_read_what_is_used() {
    keeps(RULE, &table("t"));
    let plan = select(table("t"), [col("c"), col("a") + 1]);
    changes(RULE, &plan, &["Project c, (a + 1)", "  Scan t; 2 of 4 columns: a, c"]);
    let plan = select(filter(table("t"), col("b").gt(1)), [col("c")]);
    changes(RULE, &plan, &["Project c", "  Filter (b > 1)", "    Scan t; 2 of 4 columns: b, c"]);
}

#[test]
fn projections_of_scans_compose_and_predicates_may_read_more() {
    let Plan::Scan(node) = table("t").as_ref().clone() else { unreachable!() };
    let node: ScanNode = node.with_projection(vec![3, 1, 0]).with_predicate(col("c").gt(1));
    let plan = select(Arc::new(Plan::Scan(node)), [col("a"), col("d")]);
    changes(RULE, &plan, &["Project a, d", "  Scan t; 2 of 4 columns: d, a; where (c > 1)"]);
}

#[test]
fn no_column_is_not_no_row() {
    changes(RULE, &select(table("t"), []), &["Project ", "  Scan t; 0 of 4 columns: "]);
}

#[test]
fn projections_compute_what_is_used() {
    let inner = select(table("t"), [(col("a") + 1).alias("x"), (col("b") + 1).alias("y"), col("c")]);
    changes(
        RULE,
        &select(inner, [col("y")]),
        &["Project y", "  Project (b + 1) as y", "    Scan t; 1 of 4 columns: b"],
    );
}

#[test]
fn sorts_carry_what_is_used() {
    let plan = select(sort(filter(table("t"), col("b").gt(1)), "a"), [col("c")]);
    changes(
        RULE,
        &plan,
        &[
            "Project c",
            "  Sort a",
            "    Project a, c",
            "      Filter (b > 1)",
            "        Scan t; 3 of 4 columns: a, b, c",
        ],
    );
}

#[test]
fn aggregates_compute_what_is_used() {
    let plan = aggregate(filter(table("t"), col("d").gt(1)), vec![col("a")], vec![sum("b"), sum("c")]);
    changes(
        RULE,
        &select(plan, [col("c")]),
        &[
            "Project c",
            "  Aggregate sum(c) by a",
            "    Filter (d > 1)",
            "      Scan t; 3 of 4 columns: a, c, d",
        ],
    );
    // One row, whatever it holds.
    let plan = select(aggregate(table("t"), vec![], vec![sum("b"), sum("c")]), []);
    changes(RULE, &plan, &["Project ", "  Aggregate sum(b) by ", "    Scan t; 1 of 4 columns: b"]);
}

#[test]
fn distinct_keeps_what_tells_rows_apart() {
    let node = DistinctNode::new(table("t"), Some(vec!["b".into()]), Keep::First).unwrap();
    changes(
        RULE,
        &select(Arc::new(Plan::Distinct(node)), [col("c")]),
        &["Project c", "  Distinct by b; keep first", "    Scan t; 2 of 4 columns: b, c"],
    );
    let node = DistinctNode::new(table("t"), None, Keep::First).unwrap();
    keeps(RULE, &select(Arc::new(Plan::Distinct(node)), [col("c")]));
}

#[test]
fn limits_pass_on_and_the_users_function_gets_all() {
    let limit = Arc::new(Plan::Limit(LimitNode::new(table("t"), 0, 5)));
    changes(
        RULE,
        &select(limit.clone(), [col("c")]),
        &["Project c", "  Limit 5", "    Scan t; 1 of 4 columns: c"],
    );
    let schema = limit.schema().clone();
    let map = Arc::new(Plan::Map(MapNode::new(limit, "f", Arc::new(Ok), schema)));
    keeps(RULE, &select(map, [col("c")]));
}

#[test]
fn joins_carry_what_is_used() {
    let plan = join(filter(table("t"), col("d").gt(1)), table("u"), JoinKind::Inner, suffixes("", "_u"));
    changes(
        RULE,
        &select(plan.clone(), [col("b"), col("b_u")]),
        &[
            "Project b, b_u",
            "  Join inner on a = a",
            "    Project a, b",
            "      Filter (d > 1)",
            "        Scan t; 3 of 4 columns: a, b, d",
            "    Scan u; 2 of 4 columns: a, b",
        ],
    );
    let plan = select(join(table("t"), table("u"), JoinKind::Semi, suffixes("", "_u")), [col("c")]);
    changes(
        RULE,
        &plan,
        &[
            "Project c",
            "  Join semi on a = a",
            "    Scan t; 2 of 4 columns: a, c",
            "    Scan u; 1 of 4 columns: a",
        ],
    );
}

#[test]
fn a_suffix_outlives_the_column_that_caused_it() {
    let plan = join(table("t"), table("u"), JoinKind::Left, suffixes("_t", "_u"));
    changes(
        RULE,
        &select(plan, [col("b_t"), col("c_u"), (col("d_t") + col("d_u")).alias("e")]),
        &[
            "Project b_t, c_u, (d_t + d_u) as e",
            "  Project b as b_t, d_t, c as c_u, d_u",
            "    Join left on a = a",
            "      Scan t; 3 of 4 columns: a, b, d",
            "      Scan u; 3 of 4 columns: a, c, d",
        ],
    );
}

#[test]
fn inputs_of_a_union_stay_alike() {
    let union = |inputs| select(Arc::new(Plan::Union(UnionNode::new(inputs).unwrap())), [col("c")]);
    changes(
        RULE,
        &union(vec![table("t"), filter(table("u"), col("a").gt(1))]),
        &[
            "Project c",
            "  Union of 2",
            "    Scan t; 1 of 4 columns: c",
            "    Project c",
            "      Filter (a > 1)",
            "        Scan u; 2 of 4 columns: a, c",
        ],
    );
    let same = |name| filter(table(name), col("a").gt(1));
    changes(
        RULE,
        &union(vec![same("t"), same("u")]),
        &[
            "Project c",
            "  Union of 2",
            "    Filter (a > 1)",
            "      Scan t; 2 of 4 columns: a, c",
            "    Filter (a > 1)",
            "      Scan u; 2 of 4 columns: a, c",
        ],
    );
}

#[test]
fn explode_keeps_the_lists_that_count_the_rows() {
    let list = DType::List(Box::new(DType::Int64));
    let lists = scan("t", &[("a", DType::Int64), ("l", list), ("b", DType::Int64)]);
    let plan = Arc::new(Plan::Explode(ExplodeNode::new(lists, "l").unwrap()));
    changes(
        RULE,
        &select(plan, [col("a")]),
        &["Project a", "  Explode l", "    Scan t; 2 of 3 columns: a, l"],
    );
}

#[test]
fn windows_that_nobody_reads_go() {
    let window = |name: &str, key: &str| sum(name).over(key).alias(format!("{name}_by_{key}"));
    let node = WindowNode::new(table("t"), vec![window("a", "b"), window("c", "d")]).unwrap();
    let plan = Arc::new(Plan::Window(node));
    changes(
        RULE,
        &select(plan.clone(), [col("a"), col("a_by_b")]),
        &["Project a, a_by_b", "  Window sum(a) over (b) as a_by_b", "    Scan t; 2 of 4 columns: a, b"],
    );
    changes(RULE, &select(plan, [col("d")]), &["Project d", "  Scan t; 1 of 4 columns: d"]);
}
