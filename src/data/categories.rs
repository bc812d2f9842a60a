//! The values that a categorical column may hold, in order.
//!
//! Below the types of a plan nobody knows of them: a categorical column is held as strings, in a frame as codes into
//! exactly this dictionary.

use crate::data::strings;
use crate::error::{Error, Result};
use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, UInt32Array};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

/// The values that a categorical column may hold: distinct texts in an order, which its values have too if they are
/// `ordered`. Cloning copies nothing.
///
/// # Examples
/// ```
/// use hypostyle::{Categories, DType, Frame, col};
/// let sizes = Categories::new(["small", "medium", "large"], true)?;
/// let frame = Frame::builder().column("size", ["large", "small"]).finish()?;
/// let sorted = frame.lazy().with_columns([col("size").cast(DType::Categorical(sizes))]).sort("size").collect()?;
/// assert_eq!(sorted.column("size")?.get(0)?.as_str(), Some("small"));
/// # Ok::<(), hypostyle::Error>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Listed", into = "Listed")]
pub struct Categories(Arc<Held>);

struct Held {
    values: ArrayRef,
    ordered: bool,
    positions: OnceLock<HashMap<Box<str>, u32>>,
}

/// Categories as data.
#[derive(Serialize, Deserialize)]
struct Listed {
    values: Vec<String>,
    ordered: bool,
}

/// The number of each row's category.
pub struct Numbered {
    /// The numbers; null where there is no value, or none of the categories.
    pub codes: UInt32Array,
    /// The first row whose value is none of the categories.
    pub outside: Option<usize>,
}

impl Categories {
    /// Categories in this order.
    ///
    /// # Errors
    /// `InvalidArgument` naming a text that occurs twice.
    pub fn new<T: AsRef<str>>(values: impl IntoIterator<Item = T>, ordered: bool) -> Result<Self> {
        Categories::of_array(Arc::new(StringViewArray::from_iter_values(values)), ordered)
    }

    /// Categories in the order of an array of string views.
    ///
    /// # Errors
    /// `InvalidArgument` naming a text that occurs twice, or if one is null; `Type` if they are no string views.
    pub fn of_array(values: ArrayRef, ordered: bool) -> Result<Self> {
        let found = Categories(Arc::new(Held { values, ordered, positions: OnceLock::new() }));
        let texts = strings::views(&found.0.values)?;
        if texts.null_count() > 0 {
            return Err(Error::invalid("null is no category: every categorical column may hold it"));
        }
        if found.positions().len() < texts.len() {
            let twice = found.iter().enumerate().find(|(at, text)| found.code(text) != Some(*at as u32));
            let text = twice.map_or("", |(_, text)| text);
            return Err(Error::invalid(format!("the category {text:?} occurs twice")));
        }
        Ok(found)
    }

    /// The texts as string views, in order: the dictionary of the codes.
    pub fn values(&self) -> &ArrayRef {
        &self.0.values
    }

    /// The texts in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        let values = self.0.values.as_string_view();
        (0..values.len()).map(|at| values.value(at))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether values compare by the order of the categories.
    pub fn is_ordered(&self) -> bool {
        self.0.ordered
    }

    /// The same categories with or without an order of their values.
    pub fn with_order(&self, ordered: bool) -> Categories {
        match self.0.ordered == ordered {
            true => self.clone(),
            false => Categories(Arc::new(Held {
                values: self.0.values.clone(),
                ordered,
                positions: self.0.positions.clone(),
            })),
        }
    }

    /// The number of a category.
    pub fn code(&self, text: &str) -> Option<u32> {
        self.positions().get(text).copied()
    }

    /// Whether all categories of the other are categories of this.
    pub fn contains_all(&self, other: &Categories) -> bool {
        strings::same_dictionary(self.values(), other.values())
            || other.iter().all(|text| self.code(text).is_some())
    }

    /// The categories of both, those of this one first, without an order; `None` if both are ordered, since then nobody
    /// knows the order of the whole.
    pub fn union(&self, other: &Categories) -> Option<Categories> {
        if self == other {
            return Some(self.clone());
        }
        if self.is_ordered() && other.is_ordered() {
            return None;
        }
        if self.contains_all(other) {
            return Some(self.with_order(false));
        }
        let new = other.iter().filter(|text| self.code(text).is_none());
        Categories::new(self.iter().chain(new), false).ok()
    }

    /// The numbers of the values of strings, views or codes.
    ///
    /// # Errors
    /// `Type` if the array holds no strings.
    pub fn numbered(&self, array: &ArrayRef) -> Result<Numbered> {
        let rows = array.len();
        let codes: Vec<Option<u32>> = match strings::coded(array) {
            Some((codes, dictionary)) if strings::same_dictionary(dictionary, self.values()) => {
                return Ok(Numbered { codes: codes.clone(), outside: None });
            }
            Some((codes, dictionary)) => {
                let texts = strings::views(dictionary)?;
                let known: Vec<Option<u32>> = texts.iter().map(|text| self.code(text?)).collect();
                codes.iter().map(|code| known[code? as usize]).collect()
            }
            None => strings::views(array)?.iter().map(|text| self.code(text?)).collect(),
        };
        let codes: UInt32Array = codes.into_iter().collect();
        let outside = match codes.null_count() == array.logical_null_count() {
            true => None,
            false => {
                let nulls = array.logical_nulls();
                (0..rows).find(|&row| codes.is_null(row) && nulls.as_ref().is_none_or(|n| n.is_valid(row)))
            }
        };
        Ok(Numbered { codes, outside })
    }

    /// Strings as codes into the categories.
    ///
    /// # Errors
    /// `Internal` if a value is none of them.
    pub fn conform(&self, array: &ArrayRef) -> Result<ArrayRef> {
        if let Some((_, dictionary)) = strings::coded(array)
            && strings::same_dictionary(dictionary, self.values())
        {
            return Ok(array.clone());
        }
        let found = self.numbered(array)?;
        if let Some(row) = found.outside {
            return Err(Error::internal("a value that is no category of its column").row(row as u64));
        }
        strings::encode(found.codes, self.values().clone())
    }

    fn positions(&self) -> &HashMap<Box<str>, u32> {
        self.0.positions.get_or_init(|| {
            let texts = self.0.values.as_string_view().iter().enumerate();
            // The first place of a text that occurs twice.
            let mut found = HashMap::with_capacity(self.len());
            for (at, text) in texts {
                found.entry(text.unwrap_or_default().into()).or_insert(at as u32);
            }
            found
        })
    }
}

impl PartialEq for Categories {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || self.0.ordered == other.0.ordered && self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Categories {}

impl Hash for Categories {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.ordered, self.len()).hash(state);
        self.iter().for_each(|text| text.hash(state));
    }
}

impl From<Categories> for Listed {
    fn from(categories: Categories) -> Self {
        Listed { values: categories.iter().map(str::to_owned).collect(), ordered: categories.is_ordered() }
    }
}

impl TryFrom<Listed> for Categories {
    type Error = Error;

    fn try_from(listed: Listed) -> Result<Self> {
        Categories::new(listed.values, listed.ordered)
    }
}

impl fmt::Debug for Categories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Categories shown in full.
const SHOWN: usize = 8;

impl fmt::Display for Categories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.is_ordered() { " < " } else { ", " };
        let shown: Vec<String> = self.iter().take(SHOWN).map(|text| format!("{text:?}")).collect();
        f.write_str(&shown.join(separator))?;
        if self.len() > SHOWN {
            // Texts of types are told apart by what they look like.
            let mut hasher = std::hash::DefaultHasher::new();
            self.hash(&mut hasher);
            write!(f, "{separator}… {} more, {:08x}", self.len() - SHOWN, hasher.finish() as u32)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn categories(values: &[&str], ordered: bool) -> Categories {
        Categories::new(values, ordered).unwrap()
    }

    #[test]
    fn values_are_distinct_and_keep_their_order() {
        let found = categories(&["b", "a"], false);
        assert_eq!(found.iter().collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!((found.code("a"), found.code("c")), (Some(1), None));
        assert!(Categories::new(["a", "b", "a"], false).unwrap_err().to_string().contains("\"a\""));
    }

    #[test]
    fn the_union_of_two_orders_is_unknown() {
        let (ab, bc) = (categories(&["a", "b"], true), categories(&["b", "c"], true));
        assert_eq!(ab.union(&bc), None);
        assert_eq!(ab.union(&ab.clone()), Some(ab.clone()));
        assert_eq!(ab.union(&bc.with_order(false)), Some(categories(&["a", "b", "c"], false)));
        assert_ne!(ab, ab.with_order(false));
    }

    #[test]
    fn strings_in_either_form_are_numbered() {
        let found = categories(&["b", "a"], false);
        let views: ArrayRef = Arc::new(StringViewArray::from(vec![Some("a"), None, Some("x"), Some("b")]));
        let codes = UInt32Array::from(vec![Some(2), None, Some(0), Some(1)]);
        let coded = strings::encode(codes, Arc::new(StringViewArray::from(vec!["x", "b", "a"]))).unwrap();
        for array in [&views, &coded] {
            let numbered = found.numbered(array).unwrap();
            assert_eq!(numbered.codes, UInt32Array::from(vec![Some(1), None, None, Some(0)]));
            assert_eq!(numbered.outside, Some(2));
            assert!(found.conform(array).is_err());
        }
    }

    #[test]
    fn they_travel_as_data() {
        let found = categories(&["b", "a"], true);
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Categories>(&text).unwrap(), found);
        assert!(serde_json::from_str::<Categories>(r#"{"values":["a","a"],"ordered":true}"#).is_err());
    }
}
