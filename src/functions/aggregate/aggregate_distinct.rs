//! `aggregate_distinct`: any aggregate over the distinct values alone, `sum(distinct x)`.

use crate::data::{DType, Scalar};
use crate::error::{Error, Result};
use crate::expr::{
    AggregateFunction, Example, Expr, FunctionRef, GroupState, Groups, Param, Params, Signature, col,
};
use crate::functions::aggregate::tally::{Counts, Outcome, Tallied};
use crate::functions::aggregate::valued::{Coder, listed};
use crate::functions::lookup::aggregate_function;
use arrow::array::ArrayRef;
use std::borrow::Cow;
use std::sync::Arc;

/// Another aggregate over the distinct values.
pub static AGGREGATE_DISTINCT: AggregateFunction = AggregateFunction {
    name: Cow::Borrowed("aggregate_distinct"),
    aliases: &[],
    doc: "Another aggregate over the distinct values of each group, as SQL's `sum(distinct x)`.\n\nThe other aggregate \
          sees each value once, in order of first sight. NaN equals NaN and -0.0 equals 0.0.\n\n# Errors\nA \
          function that is no aggregate of one column, and what that function raises.",
    args: &["expr"],
    params: &[
        Param { name: "function", default: None, doc: "The name of the other aggregate." },
        Param {
            name: "options",
            default: Some(crate::expr::function::ParamDefault::Null),
            doc: "The other aggregate's own constants, by name.",
        },
    ],
    signature: |types, params| {
        let (function, own) = inner(params)?;
        let signature = (function.signature)(&[listed(&types[0])], &own)?;
        Ok(Signature::new(signature.args.iter().map(listed).collect::<Vec<_>>(), signature.output))
    },
    ordered: true,
    accepts_codes: true,
    counts: false,
    state,
    example: Some(|| Example {
        input: vec![("x", [Some(5i64), Some(2), None, Some(5)].into_iter().collect())],
        expr: col("x").sum().distinct(),
        output: [7i64].into_iter().collect(),
    }),
};

/// Whether a call counts: nothing gives 0 then, where others give null.
pub fn counts(function: &AggregateFunction, params: &Params) -> bool {
    match function.name == AGGREGATE_DISTINCT.name {
        true => inner(params).is_ok_and(|(function, _)| function.counts),
        false => function.counts,
    }
}

impl Expr {
    /// Each value takes part once; on an aggregate of one column.
    ///
    /// # Examples
    /// ```
    /// use hypostyle::{Frame, Scalar, col};
    /// let frame = Frame::builder().column("x", [5i64, 2, 5]).finish()?;
    /// let sums = frame.lazy().select([col("x").sum().distinct()]).collect()?;
    /// assert_eq!(sums.column("x")?.get(0)?, Scalar::Int(7));
    /// # Ok::<(), hypostyle::Error>(())
    /// ```
    pub fn distinct(self) -> Expr {
        match self {
            Expr::Aggregate { function, args, params, filter } => {
                let options: Vec<(Arc<str>, Scalar)> =
                    params.iter().map(|(name, value)| (Arc::from(name), value.clone())).collect();
                let own = Params::new().with("function", function.name());
                let own = if options.is_empty() { own } else { own.with("options", Scalar::Struct(options)) };
                let function = FunctionRef::Static(&AGGREGATE_DISTINCT);
                Expr::Aggregate { function, args, params: own, filter }
            }
            Expr::Alias(expr, name) => Expr::Alias(Arc::new(Arc::unwrap_or_clone(expr).distinct()), name),
            // The same as another expression of distinct values would be: refused when bound, by name.
            other => {
                let params = Params::new().with("function", other.output_name().as_ref());
                Expr::aggregate(&AGGREGATE_DISTINCT, [other], params)
            }
        }
    }
}

/// The other aggregate and its constants.
fn inner(params: &Params) -> Result<(&'static AggregateFunction, Params)> {
    let function = aggregate_function(params.str("function")?)?;
    if function.args.len() != 1 || std::ptr::eq(function, &raw const AGGREGATE_DISTINCT) {
        return Err(Error::invalid(format!("{} has no distinct variant", function.name))
            .hint("it is there for aggregates of one column"));
    }
    let mut own = Params::new();
    match params.get("options") {
        Scalar::Null => {}
        Scalar::Struct(options) => {
            for (name, value) in options {
                own = own.with(name, value.clone());
            }
        }
        other => return Err(Error::invalid(format!("options must be a struct, not {other}"))),
    }
    Ok((function, FunctionRef::Static(function).complete(1, &own)?))
}

fn state(types: &[DType], params: &Params) -> Result<Box<dyn GroupState>> {
    let (function, own) = inner(params)?;
    let inner = (function.state)(types, &own)?;
    Ok(Tallied::boxed(Coder::new(&types[0])?, Over(inner), true))
}

/// The other aggregate's state, filled when everything is known.
struct Over(Box<dyn GroupState>);

impl Outcome for Over {
    fn finish(&mut self, counts: &Counts) -> Result<ArrayRef> {
        let entries = counts.tally.entries();
        let keys: Vec<Option<u64>> = entries.iter().map(|entry| entry.key).collect();
        let ids: Vec<u32> = entries.iter().map(|entry| entry.group).collect();
        self.0.resize(counts.groups);
        self.0.update(&[counts.coder.values(&keys)?], &Groups::per_row(&ids))?;
        self.0.finish()
    }
}
