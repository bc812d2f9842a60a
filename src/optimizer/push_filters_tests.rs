//! Filters before and after they move, as plan text.

use super::*;
use crate::data::DType;
use crate::expr::{Params, lit};
use crate::functions::aggregate_function;
use crate::optimizer::testing::{changes, filter, keeps, scan, select};
use crate::plan::{
    AggregateNode, DistinctNode, ExplodeNode, JoinOptions, Keep, LimitNode, MapNode, SortKey, SortNode,
    UnionNode, WindowNode,
};

const RULE: &Rule = &PUSH_FILTERS;

fn table(name: &'static str) -> Arc<Plan> {
    scan(name, &[("a", DType::Int64), ("b", DType::Int64), ("x", DType::Float64), ("s", DType::String)])
}

fn sort(input: Arc<Plan>, limit: Option<u64>) -> Arc<Plan> {
    Arc::new(Plan::Sort(SortNode::new(input, vec![SortKey::ascending(col("a"))], limit).unwrap()))
}

fn aggregate(keys: Vec<Expr>, order: GroupOrder) -> Arc<Plan> {
    let sum = Expr::Aggregate {
        function: crate::expr::FunctionRef::Static(aggregate_function("sum").unwrap()),
        args: vec![col("b")],
        params: Params::new(),
        filter: None,
    };
    Arc::new(Plan::Aggregate(AggregateNode::new(table("t"), keys, vec![sum], order, false).unwrap()))
}

fn join(left: Arc<Plan>, right: Arc<Plan>, kind: JoinKind, on: [&str; 2]) -> Arc<Plan> {
    let [left_on, right_on] = on.map(|name| vec![col(name)]);
    let options = JoinOptions::default();
    Arc::new(Plan::Join(JoinNode::new(left, right, left_on, right_on, kind, options).unwrap()))
}

#[test]
fn into_a_scan_with_what_it_has() {
    let plan = filter(table("t"), col("a").gt(1).and((col("b") + 1).lt(2)));
    let plan = changes(RULE, &plan, &["Scan t; where ((a > 1) and ((b + 1) < 2))"]);
    let plan = changes(
        RULE,
        &filter(plan, col("s").eq(lit("k"))),
        &["Scan t; where (((a > 1) and ((b + 1) < 2)) and (s == \"k\"))"],
    );
    // The scan's own conditions protect one that can fail.
    keeps(RULE, &filter(plan.clone(), (col("a") % col("b")).eq(0)));
    changes(
        RULE,
        &filter(plan, (col("a") % col("b")).eq(0).and(col("x").gt(0.5))),
        &[
            "Filter ((a % b) == 0)",
            "  Scan t; where ((((a > 1) and ((b + 1) < 2)) and (s == \"k\")) and (x > 0.5))",
        ],
    );
}

#[test]
fn not_into_a_scan_with_a_limit() {
    let Plan::Scan(node) = table("t").as_ref().clone() else { unreachable!() };
    keeps(RULE, &filter(Arc::new(Plan::Scan(node.with_limit(5))), col("a").gt(1)));
}

#[test]
fn through_a_projection_by_substitution() {
    let plan = select(table("t"), [col("a").alias("k"), (col("x") + 1.5).alias("y"), lit(7).alias("c")]);
    changes(
        RULE,
        &filter(plan.clone(), col("k").gt(1).and(col("y").lt(col("k")))),
        &["Project a as k, (x + 1.5) as y, 7 as c", "  Scan t; where ((a > 1) and ((x + 1.5) < a))"],
    );
    // A constant keeps the type it had as a column.
    changes(
        RULE,
        &filter(plan, col("c").eq(col("k"))),
        &["Project a as k, (x + 1.5) as y, 7 as c", "  Scan t; where (cast(7, int64) == a)"],
    );
}

#[test]
fn not_through_a_projection_that_is_dear() {
    let plan = select(table("t"), [col("a"), col("s").is_null().alias("absent")]);
    changes(
        RULE,
        &filter(plan, col("absent").and(col("a").gt(1))),
        &["Filter absent", "  Project a, is_null(s) as absent", "    Scan t; where (a > 1)"],
    );
}

#[test]
fn through_a_sort_unless_it_is_cut() {
    changes(RULE, &filter(sort(table("t"), None), col("a").gt(1)), &["Sort a", "  Scan t; where (a > 1)"]);
    keeps(RULE, &filter(sort(table("t"), Some(3)), col("a").gt(1)));
    keeps(RULE, &filter(sort(table("t"), None), (col("a") % col("b")).eq(0)));
}

#[test]
fn not_through_a_limit_or_the_users_function() {
    keeps(RULE, &filter(Arc::new(Plan::Limit(LimitNode::new(table("t"), 0, 9))), col("a").gt(1)));
    let schema = table("t").schema().clone();
    let map = MapNode::new(table("t"), "f", Arc::new(Ok), schema);
    keeps(RULE, &filter(Arc::new(Plan::Map(map)), col("a").gt(1)));
}

#[test]
fn into_each_input_of_a_union() {
    let union = Arc::new(Plan::Union(UnionNode::new(vec![table("t"), sort(table("u"), None)]).unwrap()));
    changes(
        RULE,
        &filter(union, (col("a") + col("b")).gt(1)),
        &[
            "Union of 2",
            "  Scan t; where ((a + b) > 1)",
            "  Filter ((a + b) > 1)",
            "    Sort a",
            "      Scan u",
        ],
    );
}

#[test]
fn below_distinct_by_its_keys_only() {
    let subset = Some(vec!["a".into(), "x".into()]);
    let distinct = Arc::new(Plan::Distinct(DistinctNode::new(table("t"), subset, Keep::First).unwrap()));
    changes(
        RULE,
        &filter(distinct.clone(), col("a").gt(1).and(col("b").gt(1)).and(col("x").gt(0.0))),
        &["Filter (b > 1)", "  Distinct by a, x; keep first", "    Scan t; where ((a > 1) and (x > 0.0))"],
    );
    // 0.0 and -0.0 are one key and differ here: the first of them decides.
    keeps(RULE, &filter(distinct.clone(), (lit(1.0) / col("x")).lt(0.0)));
    keeps(RULE, &filter(distinct, (col("a") + 1).lt(0)));
}

#[test]
fn below_an_aggregate_by_its_keys_only() {
    let condition = col("k").gt(1).and(col("b").gt(1));
    let plan = filter(aggregate(vec![col("a").alias("k"), col("s")], GroupOrder::Sorted), condition.clone());
    changes(
        RULE,
        &plan,
        &["Filter (b > 1)", "  Aggregate sum(b) by a as k, s; sorted", "    Scan t; where (a > 1)"],
    );
    // Any order may depend on the rows; a key that can fail is computed once; nothing decides about no key.
    keeps(RULE, &filter(aggregate(vec![col("a").alias("k")], GroupOrder::Any), condition.clone()));
    keeps(RULE, &filter(aggregate(vec![(col("a") + 1).alias("k")], GroupOrder::Sorted), condition));
    keeps(RULE, &filter(aggregate(vec![], GroupOrder::Sorted), lit(1).gt(lit(2))));
}

#[test]
fn to_the_sides_of_an_inner_join() {
    let right = select(table("u"), [col("a").alias("k"), col("b"), col("x").alias("z")]);
    let plan = join(table("t"), right, JoinKind::Inner, ["a", "k"]);
    let condition = col("b").gt(1).and(col("b_right").lt(2)).and(col("b").lt(col("b_right")));
    changes(
        RULE,
        &filter(plan.clone(), condition),
        &[
            "Filter (b < b_right)",
            "  Join inner on a = k",
            "    Scan t; where (b > 1)",
            "    Project a as k, b, x as z",
            "      Scan u; where (b < 2)",
        ],
    );
    // Keys of both sides are equal; a condition that can fail would see rows without a match.
    changes(
        RULE,
        &filter(plan.clone(), col("k").gt(5).and((col("a") + 1).gt(0))),
        &[
            "Filter ((a + 1) > 0)",
            "  Join inner on a = k",
            "    Scan t; where (a > 5)",
            "    Project a as k, b, x as z",
            "      Scan u; where (a > 5)",
        ],
    );
}

#[test]
fn only_to_the_left_of_other_joins() {
    let plan = join(table("t"), table("u"), JoinKind::Left, ["a", "a"]);
    changes(
        RULE,
        &filter(plan, col("b").gt(1).and(col("x_right").is_null())),
        &["Filter is_null(x_right)", "  Join left on a = a", "    Scan t; where (b > 1)", "    Scan u"],
    );
    for (kind, name) in [(JoinKind::Semi, "semi"), (JoinKind::Anti, "anti")] {
        changes(
            RULE,
            &filter(join(table("t"), table("u"), kind, ["a", "b"]), col("a").gt(1)),
            &[&format!("Join {name} on a = b"), "  Scan t; where (a > 1)", "  Scan u; where (b > 1)"],
        );
    }
}

#[test]
fn keys_of_different_types_or_zeros_are_not_the_same_to_every_condition() {
    let right = scan("u", &[("k", DType::Int32), ("x", DType::Float64)]);
    let plan = join(table("t"), right.clone(), JoinKind::Inner, ["a", "k"]);
    changes(
        RULE,
        &filter(plan, col("a").gt(1)),
        &["Join inner on a = cast(k, int64)", "  Scan t; where (a > 1)", "  Scan u"],
    );
    let plan = join(table("t"), right, JoinKind::Inner, ["x", "x"]);
    changes(
        RULE,
        &filter(plan, (lit(1.0) / col("x")).gt(0.0)),
        &["Join inner on x = x", "  Scan t; where ((1.0 / x) > 0.0)", "  Scan u"],
    );
}

#[test]
fn below_an_explode_by_its_other_columns() {
    let lists = scan("t", &[("a", DType::Int64), ("l", DType::List(Box::new(DType::Int64)))]);
    let plan = Arc::new(Plan::Explode(ExplodeNode::new(lists, "l").unwrap()));
    changes(
        RULE,
        &filter(plan, (col("a") + 1).gt(1).and(col("l").gt(2))),
        &["Filter (l > 2)", "  Explode l", "    Scan t; where ((a + 1) > 1)"],
    );
}

#[test]
fn conditions_on_keys_of_all_windows_go_below() {
    let sum = |keys: &[&str]| {
        let function = aggregate_function("sum").unwrap();
        Expr::aggregate(function, [col("b")], Params::new()).over(keys.to_vec())
    };
    let windows = vec![sum(&["a", "s"]).alias("v"), sum(&["s"]).alias("w")];
    let plan = Arc::new(Plan::Window(WindowNode::new(table("t"), windows).unwrap()));
    let window = "Window sum(b) over (a, s) as v, sum(b) over (s) as w";
    changes(RULE, &filter(plan.clone(), col("s").eq(lit("k"))), &[window, "  Scan t; where (s == \"k\")"]);
    // Other rows of the partitions would be missed, or the column is made here.
    keeps(RULE, &filter(plan.clone(), col("a").gt(1)));
    keeps(RULE, &filter(plan.clone(), col("b").gt(1)));
    keeps(RULE, &filter(plan, col("w").gt(1)));
}
