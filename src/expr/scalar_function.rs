//! The contract of a function from rows to rows.

use crate::data::DType;
use crate::error::Result;
use crate::expr::function::{Described, Example, Param, Signature};
use crate::expr::node::Expr;
use crate::expr::params::Params;
use crate::kernels::Value;
use arrow::array::ArrayRef;
use std::borrow::Cow;
use std::sync::Arc;

/// How a function treats nulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// A null in any argument gives null: the framework merges the nulls of the arguments into the result, and the
    /// function may compute anything in those rows (but must not fail there).
    Propagate,
    /// The function decides.
    Handle,
}

/// The code of a function.
pub enum Evaluate {
    /// Built in.
    Code(fn(&Args<'_>) -> Result<ArrayRef>),
    /// The user's closure, with the type of its result.
    Closure(DType, Arc<Closure>),
    /// Written with other expressions: the binder replaces the call by what this makes of arguments and constants,
    /// and the optimizer sees through it.
    Expand(fn(&[Expr], &Params) -> Result<Expr>),
}

/// The code of a user's function.
pub type Closure = dyn Fn(&Args<'_>) -> Result<ArrayRef> + Send + Sync;

/// From the types of the arguments to the types wanted and the type returned.
pub type Typing = fn(&[DType], &Params) -> Result<Signature>;

/// A function from rows to rows: everything about it in one value.
pub struct ScalarFunction {
    /// Unique among scalar functions; Python's method name.
    pub name: Cow<'static, str>,
    /// Other names it answers to.
    pub aliases: &'static [&'static str],
    /// The chapter of the manual: `strings`, `dates`, `missing`, ...
    pub family: &'static str,
    /// What it does: the first line is a sentence that stands alone.
    pub doc: &'static str,
    /// Names of the arguments, in order; the first is the expression the method is called on.
    pub args: &'static [&'static str],
    /// Whether the last argument may occur any number of times (also not at all).
    pub variadic: bool,
    /// Named constants.
    pub params: &'static [Param],
    /// From the types of the arguments to the types wanted and the type returned (of a closure: see [`Evaluate`]).
    pub signature: Typing,
    /// What a null gives.
    pub nulls: Nulls,
    /// Whether it can fail on a value. Functions that cannot may be evaluated on rows that a filter would remove.
    pub fallible: bool,
    /// Whether a short value can take long, or become a long one. Calls of others over few rows are over at once.
    pub unbounded: bool,
    /// The code. It never sees codes: strings arrive as views.
    pub evaluate: Evaluate,
    /// A runnable example, for built-in functions.
    pub example: Option<fn() -> Example>,
}

impl ScalarFunction {
    /// A built-in function: nulls propagate, it cannot fail on a value, it takes no constants. The other builder
    /// methods change that.
    pub const fn new(
        name: &'static str,
        family: &'static str,
        args: &'static [&'static str],
        signature: Typing,
        code: fn(&Args<'_>) -> Result<ArrayRef>,
    ) -> Self {
        ScalarFunction {
            name: Cow::Borrowed(name),
            aliases: &[],
            family,
            doc: "",
            args,
            variadic: false,
            params: &[],
            signature,
            nulls: Nulls::Propagate,
            fallible: false,
            unbounded: false,
            evaluate: Evaluate::Code(code),
            example: None,
        }
    }

    /// A function written with other expressions.
    pub const fn expanding(
        name: &'static str,
        family: &'static str,
        args: &'static [&'static str],
        signature: Typing,
        expand: fn(&[Expr], &Params) -> Result<Expr>,
    ) -> Self {
        ScalarFunction {
            name: Cow::Borrowed(name),
            aliases: &[],
            family,
            doc: "",
            args,
            variadic: false,
            params: &[],
            signature,
            nulls: Nulls::Handle,
            fallible: false,
            unbounded: false,
            evaluate: Evaluate::Expand(expand),
            example: None,
        }
    }

    /// With other names.
    pub const fn aliased(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// With its documentation.
    pub const fn documented(mut self, doc: &'static str, example: fn() -> Example) -> Self {
        self.doc = doc;
        self.example = Some(example);
        self
    }

    /// With named constants.
    pub const fn with_params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    /// With any number of last arguments.
    pub const fn taking_many(mut self) -> Self {
        self.variadic = true;
        self
    }

    /// Deciding what a null gives.
    pub const fn handling_nulls(mut self) -> Self {
        self.nulls = Nulls::Handle;
        self
    }

    /// Able to fail on a value.
    pub const fn failing(mut self) -> Self {
        self.fallible = true;
        self
    }

    /// Able to take long over a short value, or to make a long one of it.
    pub const fn unbounded(mut self) -> Self {
        self.unbounded = true;
        self
    }

    /// The types wanted and the type returned for arguments of these types.
    ///
    /// # Errors
    /// `Type` or `InvalidArgument` as the function documents.
    pub fn typed(&self, types: &[DType], params: &Params) -> Result<Signature> {
        match &self.evaluate {
            Evaluate::Closure(output, _) => Ok(Signature::new(types, output.clone())),
            _ => (self.signature)(types, params),
        }
    }
}

impl Described for ScalarFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn params(&self) -> &'static [Param] {
        self.params
    }

    fn arity(&self) -> (usize, usize) {
        match self.variadic {
            true => (self.args.len().saturating_sub(1), usize::MAX),
            false => (self.args.len(), self.args.len()),
        }
    }
}

/// The arguments of one evaluation.
pub struct Args<'a> {
    values: &'a [Value],
    params: &'a Params,
    rows: usize,
    output: &'a DType,
}

impl<'a> Args<'a> {
    /// Arguments for `rows` rows.
    pub fn new(values: &'a [Value], params: &'a Params, rows: usize, output: &'a DType) -> Self {
        Args { values, params, rows, output }
    }

    /// Number of rows the result must have.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of arguments.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no argument.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// An argument as it is: an array or a scalar.
    pub fn value(&self, position: usize) -> &Value {
        &self.values[position]
    }

    /// An argument as one value per row.
    ///
    /// # Errors
    /// `Type` if Arrow cannot repeat a scalar.
    pub fn array(&self, position: usize) -> Result<ArrayRef> {
        self.values[position].to_rows(self.rows)
    }

    /// The named constants, defaults filled in.
    pub fn params(&self) -> &Params {
        self.params
    }

    /// The type the result must have.
    pub fn output(&self) -> &DType {
        self.output
    }
}
