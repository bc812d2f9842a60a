//! Functions of windows checked against a schema.

use crate::data::{DType, Schema};
use crate::error::{Error, Result};
use crate::expr::bind::{Bound, BoundAggregate, Called, bind, boolean, call};
use crate::expr::categorical::bind_order;
use crate::expr::depth;
use crate::expr::node::{Expr, WindowKind};
use crate::expr::params::Params;
use crate::expr::window_frame::{BoundFrame, frameless};
use crate::expr::window_function::WindowCode;
use crate::kernels::order::Direction;
use std::sync::Arc;

/// A function of a window over the columns of one schema, ready to run.
#[derive(Clone, Debug)]
pub struct BoundWindow {
    /// The function.
    pub function: WindowKind,
    /// Its arguments, cast to the types it wants.
    pub args: Vec<Bound>,
    /// Its constants, defaults filled in.
    pub params: Params,
    /// Only rows where this is true; of aggregates alone.
    pub filter: Option<Bound>,
    /// What tells partitions apart.
    pub partition: Vec<Bound>,
    /// The order of the rows of a partition.
    pub order: Vec<(Bound, Direction)>,
    /// The rows that an aggregate or a closure takes at each row, if not all of the partition.
    pub frame: Option<BoundFrame>,
    /// The type of the result, categorical included.
    pub dtype: DType,
    /// How it was written.
    pub text: Arc<str>,
}

impl BoundWindow {
    /// The aggregate, if it is one.
    pub fn aggregate(&self) -> Option<BoundAggregate> {
        let WindowKind::Aggregate(function) = &self.function else { return None };
        Some(BoundAggregate {
            function: function.clone(),
            args: self.args.clone(),
            params: self.params.clone(),
            filter: self.filter.clone(),
            dtype: self.dtype.clone(),
            text: self.text.clone(),
        })
    }
}

/// Checks a function of a window (possibly under an alias) against the schema of the rows it reads.
///
/// # Errors
/// As `bind`; `InvalidArgument` if the expression is no function of a window, or has an order that it cannot have.
pub fn bind_window(expr: &Expr, schema: &Schema) -> Result<BoundWindow> {
    let expr = expr.without_alias();
    let Expr::Window { function, args, params, filter, over } = expr else {
        return Err(Error::invalid(format!("{expr} is no function of a window")));
    };
    let context = |error: Error| error.operation(&*depth::text(expr));
    let called = match function {
        WindowKind::Function(function) => {
            call(function, args, params, schema, |function, types, params| function.typed(types, params))
        }
        WindowKind::Aggregate(function) => call(function, args, params, schema, |function, types, params| {
            (function.signature)(types, params)
        }),
    };
    let Called { args, params, output: dtype, .. } = called.and_then(Called::in_place).map_err(context)?;
    let filter = match filter {
        Some(filter) => Some(boolean(bind(filter, schema)?).map_err(context)?),
        None => None,
    };
    let partition = over.partition_by.iter().map(|key| bind(key, schema)).collect::<Result<_>>()?;
    let mut order = Vec::with_capacity(over.order_by.len());
    for key in &over.order_by {
        let direction = Direction { descending: key.descending, nulls_first: key.nulls_first };
        order.push((bind_order(&key.expr, schema)?, direction));
    }
    let frame = match (&over.frame, function) {
        (None, _) => None,
        (Some(_), WindowKind::Function(function))
            if !matches!(function.get()?.code, WindowCode::Closure(..)) =>
        {
            return Err(context(frameless(function.name())));
        }
        (Some(frame), _) => {
            let key = match over.order_by.as_slice() {
                [only] => Some((bind(&only.expr, schema)?.logical(), only.descending)),
                _ => None,
            };
            Some(frame.bind(key).map_err(context)?)
        }
    };
    if let WindowKind::Function(function) = function
        && function.get()?.by_value
    {
        if !order.is_empty() {
            return Err(context(Error::invalid(format!("{} orders by its argument", function.name())))
                .hint("leave out the order, or rank the expression that is ordered by"));
        }
        let direction = Direction { descending: params.bool("descending")?, nulls_first: false };
        args.iter().try_for_each(|arg| arg.dtype.ordered()).map_err(context)?;
        order.extend(args.first().map(|arg| (arg.clone(), direction)));
    }
    let text = depth::text(expr);
    let function = function.clone();
    Ok(BoundWindow { function, args, params, filter, partition, order, frame, dtype, text })
}
