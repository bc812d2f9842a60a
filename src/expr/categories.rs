//! What calls make of categorical arguments: their types, and the conversions that stand between text and categories.

use crate::data::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::Signature;
use crate::kernels::CastMode;

/// A conversion from or to categories.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// Strings, checked to be categories.
    Check(CastMode),
    /// The category of each number.
    Name(CastMode),
    /// The number of each category.
    Number,
}

impl Step {
    /// Whether it can fail on a value.
    pub(crate) fn is_fallible(self) -> bool {
        matches!(self, Step::Check(mode) | Step::Name(mode) if mode != CastMode::Lenient)
    }
}

/// The types of a call. A function that does not know categorical arguments sees strings; one that wants numbers in place
/// of them goes by their order, which they must have.
pub(crate) fn typed(
    name: &str,
    types: &[DType],
    signature: &dyn Fn(&[DType]) -> Result<Signature>,
) -> Result<Signature> {
    let found = signature(types);
    if types.iter().all(|dtype| dtype.categories().is_none()) {
        return found;
    }
    let wanted = match found {
        Err(error) if error.kind() == ErrorKind::Type => {
            let held: Vec<DType> = types.iter().map(|dtype| dtype.held().clone()).collect();
            return signature(&held).map_err(|_| error);
        }
        found => found?,
    };
    for (dtype, wanted) in types.iter().zip(&wanted.args) {
        if let Some(categories) = dtype.categories()
            && *wanted == DType::UInt32
            && !categories.is_ordered()
        {
            return Err(Error::type_mismatch(format!("no {name} of {dtype}: its categories have no order"))
                .hint("cast it to ordered categories, or to string to go by the text"));
        }
    }
    let args: Vec<DType> = wanted.args.into_iter().map(DType::without_inner_categories).collect();
    Ok(Signature::new(args, wanted.output.without_inner_categories()))
}

/// Whether a call gives numbers of categories that stand for categories.
pub(crate) fn by_number(args: &[DType], wanted: &Signature) -> bool {
    let is_number = |(own, wanted): (&DType, &DType)| own.categories().is_some() && *wanted == DType::UInt32;
    wanted.output.categories().is_some() && args.iter().zip(&wanted.args).any(is_number)
}
