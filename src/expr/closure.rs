//! Functions written by the user, as closures over columns.

use crate::data::{Column, DType};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::build::Selection;
use crate::expr::function::{FunctionRef, Signature};
use crate::expr::node::{Expr, WindowKind};
use crate::expr::params::Params;
use crate::expr::scalar_function::{Args, Evaluate, Nulls, ScalarFunction, Typing};
use crate::expr::window_function::{Needs, WindowCode, WindowFunction};
use std::borrow::Cow;
use std::sync::Arc;

/// A function of your own over whole columns: `code` gets one column per expression, all of one length, and returns a
/// column of that length and of type `output`. Strings arrive as text, never as codes. It runs on several threads,
/// once per run of rows, so each row's result must depend on that row only.
///
/// # Errors
/// When run: what the closure returns; `Shape` or `Type` if its column is not as promised.
///
/// # Examples
/// ```
/// use hypostyle::{Column, DType, Frame, col, map_columns};
/// use arrow::array::AsArray;
/// use arrow::datatypes::Float64Type;
///
/// let hypotenuse = map_columns(["a", "b"], "hypotenuse", DType::Float64, |columns| {
///     let a = columns[0].array().as_primitive::<Float64Type>();
///     let b = columns[1].array().as_primitive::<Float64Type>();
///     Ok(a.iter().zip(b).map(|(a, b)| Some(a?.hypot(b?))).collect::<Column>())
/// });
/// let frame = Frame::builder().column("a", [3.0, 5.0]).column("b", [4.0, 12.0]).finish()?;
/// let sides = frame.lazy().select([hypotenuse.alias("c")]).collect()?;
/// assert_eq!(sides.column("c")?.get(1)?, 13.0.into());
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn map_columns(
    columns: impl Selection,
    name: impl Into<String>,
    output: DType,
    code: impl Fn(&[Column]) -> Result<Column> + Send + Sync + 'static,
) -> Expr {
    let (name, promised) = (name.into(), output.clone());
    let run = move |args: &Args<'_>| {
        let columns = (0..args.len()).map(|i| Ok(Column::from_held(args.array(i)?)));
        let result = code(&columns.collect::<Result<Vec<_>>>()?)?;
        if result.len() != args.rows() {
            let message = format!("the function returned {} rows, not {}", result.len(), args.rows());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        if *result.dtype() != promised {
            return Err(Error::type_mismatch(format!(
                "the function returned {}, not the promised {promised}",
                result.dtype()
            )));
        }
        result.to_plain()
    };
    let function = ScalarFunction {
        name: Cow::Owned(name),
        aliases: &[],
        family: "user",
        doc: "A function of the user.",
        args: &["columns"],
        variadic: true,
        params: &[],
        signature: |types, _| Ok(Signature::new(types, DType::Null)),
        nulls: Nulls::Handle,
        fallible: true,
        unbounded: true,
        evaluate: Evaluate::Closure(output, Arc::new(run)),
        example: None,
    };
    let function = FunctionRef::Shared(Arc::new(function));
    Expr::Call { function, args: columns.into_exprs(), params: Params::new() }
}

/// A function of your own over each partition of a window: `code` gets one column per expression with the rows of one
/// partition, in the window's order, and returns a column of that length, or of one value for all its rows. Give the
/// partition with `over`. It runs on several threads, a partition at a time.
///
/// With [`Expr::over_frame`] it gets the rows of each row's frame instead and returns one value: a moving window of any
/// function, by rows, by time or by groups. A frame without rows gives null.
///
/// # Errors
/// When run: what the closure returns; `Shape` or `Type` if its column is not as promised.
///
/// # Examples
/// ```
/// use hypostyle::{DType, Frame, Scalar, col, map_groups};
/// let count = map_groups(["x"], "rows", DType::Int64, |columns| Ok([columns[0].len() as i64].into_iter().collect()));
/// let frame = Frame::builder().column("k", ["a", "b", "a"]).column("x", [3.0, 5.0, 1.0]).finish()?;
/// let rows = frame.with_columns([count.over("k").alias("rows")])?;
/// assert_eq!(rows.column("rows")?.get(2)?, Scalar::Int(2));
///
/// use hypostyle::{FrameBound, WindowFrame};
/// let two = WindowFrame::rows(FrameBound::preceding(1i64), FrameBound::CurrentRow);
/// let count = map_groups(["x"], "rows", DType::Int64, |columns| Ok([columns[0].len() as i64].into_iter().collect()));
/// let moving = frame.with_columns([count.over_frame((), Vec::new(), two).alias("rows")])?;
/// assert_eq!(moving.column("rows")?.get(0)?, Scalar::Int(1));
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub fn map_groups(
    columns: impl Selection,
    name: impl Into<String>,
    output: DType,
    code: impl Fn(&[Column]) -> Result<Column> + Send + Sync + 'static,
) -> Expr {
    let signature: Typing = |types, _| Ok(Signature::new(types, DType::Null));
    let code = WindowCode::Closure(output, Arc::new(code));
    let function = WindowFunction {
        name: Cow::Owned(name.into()),
        ..WindowFunction::new("", &["columns"], signature, code).needing(Needs::Nothing)
    };
    let function = WindowKind::Function(FunctionRef::Shared(Arc::new(function)));
    Expr::Window {
        function,
        args: columns.into_exprs(),
        params: Params::new(),
        filter: None,
        over: Arc::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Batch, Field, Scalar, Schema};
    use crate::expr::bind::bind;
    use crate::expr::build::lit;

    fn run(expr: &Expr) -> Result<Column> {
        let column: Column = [1i64, 2, 3].into_iter().collect();
        let schema = Schema::new(vec![Field::new("x", DType::Int64)])?;
        bind(expr, &schema)?.column(&Batch::new(vec![column], 3)?)
    }

    #[test]
    fn constants_arrive_as_columns_and_none_is_allowed() {
        let both = map_columns([crate::expr::col("x"), lit(5i64)], "second", DType::Int64, |columns| {
            Ok(columns[1].clone())
        });
        let result = run(&both).unwrap();
        assert_eq!((result.len(), Scalar::from_array(result.array(), 2)), (3, Scalar::Int(5)));
        let ones = map_columns((), "ones", DType::Int64, |_| Ok([1i64; 3].into_iter().collect()));
        assert_eq!(run(&ones).unwrap().len(), 3);
    }

    #[test]
    fn broken_promises_are_typed_errors() {
        let short = map_columns(["x"], "short", DType::Int64, |_| Ok([1i64].into_iter().collect()));
        let error = run(&short).unwrap_err();
        assert_eq!((error.kind(), error.operation_name()), (ErrorKind::Shape, Some("short(x)")));
        let other = map_columns(["x"], "other", DType::String, |columns| Ok(columns[0].clone()));
        assert_eq!(run(&other).unwrap_err().kind(), ErrorKind::Type);
        let failing = map_columns(["x"], "failing", DType::Int64, |_| Err(Error::invalid("no").row(1)));
        assert_eq!(run(&failing).unwrap_err().row_number(), Some(1));
    }
}
