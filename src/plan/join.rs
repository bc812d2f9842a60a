//! Rows of two inputs that match on their keys.

use crate::data::{DType, Field, Schema, promote};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Expr, bind, col};
use crate::plan::asof::AsOf;
use crate::plan::join_options::{JoinKind, JoinOptions};
use crate::plan::node::{Node, Plan, listed};
use std::sync::Arc;

/// Before the name of a left column in a join's condition.
pub const LEFT: &str = "left.";

/// Before the name of a right column in a join's condition.
pub const RIGHT: &str = "right.";

/// Rows of two inputs that match. The order of the left rows is kept (of the right rows for `Right`); matches of one
/// row come in the other side's order. A key column named alike on both sides is one column of the result, unless
/// [`JoinOptions::coalesce`] says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinNode {
    left: Arc<Plan>,
    right: Arc<Plan>,
    left_on: Vec<Expr>,
    right_on: Vec<Expr>,
    /// The keys as they were given: which key columns are shared is told by these.
    given: (Vec<Expr>, Vec<Expr>),
    /// Over columns named `left.x` and `right.y`.
    condition: Option<Expr>,
    asof: Option<Box<AsOf>>,
    kind: JoinKind,
    options: Box<JoinOptions>,
    /// Left column and key of each column that both sides share.
    shared: Vec<(usize, usize)>,
    right_columns: Vec<usize>,
    schema: Schema,
}

impl JoinNode {
    /// Joins two inputs where each of `left_on` equals its partner in `right_on`. Keys of different types are compared
    /// in their common type. Without keys every pair matches.
    ///
    /// # Errors
    /// `InvalidArgument` if the numbers of keys differ, `Type` if a pair has no common type, `DuplicateColumn` where
    /// suffixes do not tell columns apart, or what binding raises.
    pub fn new(
        left: Arc<Plan>,
        right: Arc<Plan>,
        left_on: Vec<Expr>,
        right_on: Vec<Expr>,
        kind: JoinKind,
        options: JoinOptions,
    ) -> Result<Self> {
        let context = |error: Error| error.operation("join");
        let missing = left_on.is_empty() && kind != JoinKind::Cross;
        if left_on.len() != right_on.len() || missing {
            return Err(context(Error::invalid(format!(
                "{} keys on the left and {} on the right; a join needs as many, at least one",
                left_on.len(),
                right_on.len()
            ))));
        }
        if kind == JoinKind::Cross && !left_on.is_empty() {
            return Err(context(Error::invalid("a cross join has no keys")));
        }
        JoinNode::build(left, right, (left_on, right_on), kind, options, None, None).map_err(context)
    }

    /// Joins two inputs where keys are equal (of which there may be none) and a condition holds. It names columns as the
    /// result of an inner join does.
    ///
    /// # Errors
    /// As [`JoinNode::new`]; `Type` if the condition is not bool.
    pub fn on(
        left: Arc<Plan>,
        right: Arc<Plan>,
        keys: (Vec<Expr>, Vec<Expr>),
        condition: &Expr,
        kind: JoinKind,
        options: JoinOptions,
    ) -> Result<Self> {
        let context = |error: Error| error.operation("join");
        let names = names(left.schema(), right.schema(), &keys, &options);
        let rename = |name: &str| -> Option<Expr> {
            names.iter().find(|(output, _)| output == name).map(|(_, pair)| col(pair))
        };
        for name in condition.columns() {
            if rename(&name).is_none() {
                let known = names.iter().map(|(output, _)| output.as_str());
                return Err(context(Error::column_not_found(&name, known)));
            }
        }
        let condition = condition.clone().replace_columns(&rename).map_err(context)?;
        JoinNode::build(left, right, keys, kind, options, Some(condition), None).map_err(context)
    }

    /// Joins each left row with the nearest right row in one direction, among those with equal keys (of which there may
    /// be none).
    ///
    /// # Errors
    /// As [`JoinNode::new`]; `Type` if the two are no numbers or times of a common type.
    pub fn nearest(
        left: Arc<Plan>,
        right: Arc<Plan>,
        keys: (Vec<Expr>, Vec<Expr>),
        asof: AsOf,
        kind: JoinKind,
        options: JoinOptions,
    ) -> Result<Self> {
        let context = |error: Error| error.operation("as-of join");
        if matches!(kind, JoinKind::Right | JoinKind::Full | JoinKind::Cross) {
            let text = format!("an as-of join of kind {kind:?}; there are inner, left, semi and anti");
            return Err(context(Error::invalid(text)));
        }
        let asof = asof.checked(left.schema(), right.schema()).map_err(context)?;
        JoinNode::build(left, right, keys, kind, options, None, Some(Box::new(asof))).map_err(context)
    }

    fn build(
        left: Arc<Plan>,
        right: Arc<Plan>,
        given: (Vec<Expr>, Vec<Expr>),
        kind: JoinKind,
        options: JoinOptions,
        condition: Option<Expr>,
        asof: Option<Box<AsOf>>,
    ) -> Result<Self> {
        if options.indicator.is_some() && !kind.has_right() {
            return Err(Error::invalid(format!("an indicator has no meaning for a join of kind {kind:?}")));
        }
        let (mut left_keys, mut right_keys) = (Vec::new(), Vec::new());
        let mut dtypes = Vec::new();
        for (on_left, on_right) in given.0.iter().zip(&given.1) {
            let a = bind(on_left, left.schema())?.logical();
            let b = bind(on_right, right.schema())?.logical();
            let common = promote(&a, &b).or_else(|| texts(&a, &b)).ok_or_else(|| {
                Error::type_mismatch(format!("the keys {on_left} and {on_right} are {a} and {b}"))
                    .hint("cast one of them")
            })?;
            let cast = |expr: &Expr, dtype| match dtype == common {
                true => expr.clone(),
                false => expr.clone().cast(common.clone()),
            };
            left_keys.push(cast(on_left, a));
            right_keys.push(cast(on_right, b));
            dtypes.push(common);
        }
        let mut shared = shared(left.schema(), &given, &options);
        if let Some(asof) = &asof
            && options.coalesce
            && is_column(&asof.left)
            && is_column(&asof.right)
            && asof.left.output_name() == asof.right.output_name()
        {
            // One column, the left one: it is no key, but its partner adds little.
            shared.push((left.schema().index_of(&asof.left.output_name())?, usize::MAX));
        }
        let is_shared =
            |name: &str| shared.iter().any(|(i, _)| left.schema().fields()[*i].name.as_ref() == name);
        let right_columns: Vec<usize> = match kind.has_right() {
            true => {
                (0..right.schema().len()).filter(|&i| !is_shared(&right.schema().fields()[i].name)).collect()
            }
            false => Vec::new(),
        };
        let keeps_right = matches!(kind, JoinKind::Right | JoinKind::Full);
        let of_key = |position: usize| {
            let key = shared.iter().find(|(i, _)| *i == position).map(|(_, key)| *key);
            key.filter(|_| keeps_right).and_then(|key| dtypes.get(key).cloned())
        };
        let schema = schema(left.schema(), right.schema(), &right_columns, &is_shared, &of_key, &options)?;
        let node = JoinNode {
            left_on: left_keys,
            right_on: right_keys,
            given,
            condition,
            asof,
            kind,
            options: Box::new(options),
            shared,
            right_columns,
            schema,
            left,
            right,
        };
        if let Some(condition) = &node.condition {
            let dtype = bind(condition, &node.pairs()?)?.dtype;
            if !matches!(dtype, DType::Bool | DType::Null) {
                return Err(Error::type_mismatch(format!("the condition {condition} is {dtype}, not bool")));
            }
        }
        Ok(node)
    }

    /// The same join with other keys, of which there are as many.
    ///
    /// # Errors
    /// As [`JoinNode::new`].
    pub fn with_keys(&self, left_on: Vec<Expr>, right_on: Vec<Expr>) -> Result<Self> {
        let (left, right) = (self.left.clone(), self.right.clone());
        self.over(left, right, (left_on, right_on))
    }

    fn over(&self, left: Arc<Plan>, right: Arc<Plan>, given: (Vec<Expr>, Vec<Expr>)) -> Result<Self> {
        let (options, condition, asof) =
            (JoinOptions::clone(&self.options), self.condition.clone(), self.asof.clone());
        JoinNode::build(left, right, given, self.kind, options, condition, asof)
            .map_err(|error| error.operation("join"))
    }

    /// The left input, whose order is kept.
    pub fn left(&self) -> &Arc<Plan> {
        &self.left
    }

    /// The right input.
    pub fn right(&self) -> &Arc<Plan> {
        &self.right
    }

    /// Keys over the left input.
    pub fn left_on(&self) -> &[Expr] {
        &self.left_on
    }

    /// Keys over the right input, of the same types.
    pub fn right_on(&self) -> &[Expr] {
        &self.right_on
    }

    /// The keys of both sides as they were given, before conversion to common types.
    pub fn given_keys(&self) -> (&[Expr], &[Expr]) {
        (&self.given.0, &self.given.1)
    }

    /// What pairs have to fulfil besides, over the columns of [`JoinNode::pairs`].
    pub fn condition(&self) -> Option<&Expr> {
        self.condition.as_ref()
    }

    /// The order in which the nearest row is looked for.
    pub fn asof(&self) -> Option<&AsOf> {
        self.asof.as_deref()
    }

    /// Which rows it gives.
    pub fn kind(&self) -> JoinKind {
        self.kind
    }

    /// How it treats nulls, names and repeated keys.
    pub fn options(&self) -> &JoinOptions {
        &self.options
    }

    /// Left position and key of each column of the result that stands for a column of both sides.
    pub fn shared(&self) -> &[(usize, usize)] {
        &self.shared
    }

    /// Positions of the right input's columns that follow the left columns in the result.
    pub fn right_columns(&self) -> &[usize] {
        &self.right_columns
    }

    /// The columns of both sides as a condition names them.
    ///
    /// # Errors
    /// `Internal` if there are two of one name.
    pub fn pairs(&self) -> Result<Schema> {
        let of = |schema: &Schema, prefix: &str| -> Vec<Field> {
            let fields = schema.fields().iter();
            fields.map(|field| Field::new(format!("{prefix}{}", field.name), field.dtype.clone())).collect()
        };
        Schema::new([of(self.left.schema(), LEFT), of(self.right.schema(), RIGHT)].concat())
    }

    /// The columns that the condition and the order of an as-of join read of the left (`0`) or the right (`1`) input.
    pub fn read_besides(&self, side: usize) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = Vec::new();
        if let Some(condition) = &self.condition {
            let prefix = [LEFT, RIGHT][side];
            names.extend(
                condition.columns().iter().filter_map(|name| name.strip_prefix(prefix)).map(Arc::from),
            );
        }
        if let Some(asof) = &self.asof {
            names.extend([&asof.left, &asof.right][side].columns());
        }
        names
    }
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(_))
}

/// The left column and the key of every column that is a key under one name on both sides.
fn shared(left: &Schema, given: &(Vec<Expr>, Vec<Expr>), options: &JoinOptions) -> Vec<(usize, usize)> {
    let pairs = given.0.iter().zip(&given.1).enumerate();
    let found = pairs.filter(|(_, (a, b))| {
        options.coalesce && is_column(a) && is_column(b) && a.output_name() == b.output_name()
    });
    found.filter_map(|(key, (a, _))| Some((left.index_of(&a.output_name()).ok()?, key))).collect()
}

/// What an inner join's columns are called, and how a condition on pairs calls them.
fn names(
    left: &Schema,
    right: &Schema,
    keys: &(Vec<Expr>, Vec<Expr>),
    options: &JoinOptions,
) -> Vec<(String, String)> {
    let shared = shared(left, keys, options);
    let is_shared = |name: &str| shared.iter().any(|(i, _)| left.fields()[*i].name.as_ref() == name);
    let suffixed = |name: &str, other: &Schema, suffix: &str| match other.contains(name) && !is_shared(name) {
        true => format!("{name}{suffix}"),
        false => name.to_owned(),
    };
    let of_left =
        left.names().map(|name| (suffixed(name, right, &options.left_suffix), format!("{LEFT}{name}")));
    let of_right = right.names().filter(|name| !is_shared(name));
    let of_right =
        of_right.map(|name| (suffixed(name, left, &options.right_suffix), format!("{RIGHT}{name}")));
    of_left.chain(of_right).collect()
}

/// Categories whose order of both together nobody knows are the same keys as texts.
fn texts(left: &DType, right: &DType) -> Option<DType> {
    left.categories().and(right.categories()).map(|_| DType::String)
}

fn schema(
    left: &Schema,
    right: &Schema,
    right_columns: &[usize],
    is_shared: &dyn Fn(&str) -> bool,
    of_key: &dyn Fn(usize) -> Option<DType>,
    options: &JoinOptions,
) -> Result<Schema> {
    let taken: Vec<&str> = right_columns.iter().map(|&i| right.fields()[i].name.as_ref()).collect();
    let mut fields = Vec::with_capacity(left.len() + right_columns.len() + 1);
    for (position, field) in left.fields().iter().enumerate() {
        let clash = taken.contains(&field.name.as_ref()) && !is_shared(&field.name);
        let suffix = if clash { options.left_suffix.as_str() } else { "" };
        let dtype = of_key(position).unwrap_or_else(|| field.dtype.clone());
        fields.push(Field::new(format!("{}{suffix}", field.name), dtype));
    }
    for &position in right_columns {
        let field = &right.fields()[position];
        let suffix = if left.contains(&field.name) { options.right_suffix.as_str() } else { "" };
        fields.push(Field::new(format!("{}{suffix}", field.name), field.dtype.clone()));
    }
    if let Some(name) = &options.indicator {
        fields.push(Field::new(name, DType::String));
    }
    Schema::new(fields).map_err(|error| match error.kind() {
        ErrorKind::DuplicateColumn => error.hint("choose other suffixes, or rename columns before the join"),
        _ => error,
    })
}

impl Node for JoinNode {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn inputs(&self) -> Vec<&Arc<Plan>> {
        vec![&self.left, &self.right]
    }

    fn with_inputs(&self, inputs: Vec<Arc<Plan>>) -> Result<Plan> {
        let [left, right] =
            <[Arc<Plan>; 2]>::try_from(inputs).map_err(|_| Error::internal("a join has two inputs"))?;
        Ok(Plan::Join(self.over(left, right, self.given.clone())?))
    }

    fn describe(&self) -> String {
        let mut text = format!("Join {}", format!("{:?}", self.kind).to_lowercase());
        if !self.left_on.is_empty() {
            text += &format!(" on {} = {}", listed(&self.left_on), listed(&self.right_on));
        }
        if let Some(asof) = &self.asof {
            text += &format!(" {asof}");
        }
        if let Some(condition) = &self.condition {
            text += &format!(" where {condition}");
        }
        text
    }
}
