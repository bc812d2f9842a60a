//! Values of many groups in one pile, put in the order of their groups when they are needed.

use crate::error::{Error, Result};
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{Array, ArrayRef, LargeListArray, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Field;
use std::sync::{Arc, OnceLock};

/// Values and their groups, in order of arrival.
pub struct Pile<V> {
    /// The group of each value; `None`: all are in group 0.
    groups: Option<Vec<u32>>,
    values: Vec<V>,
    sorted: OnceLock<Grouped<V>>,
}

/// Values in the order of their groups, within a group in order of arrival.
#[derive(Clone)]
pub struct Grouped<V> {
    /// Where the values of each group start; one more than there are groups.
    pub starts: Vec<usize>,
    /// The values.
    pub values: Vec<V>,
}

impl<V> Default for Pile<V> {
    fn default() -> Self {
        Pile { groups: None, values: Vec::new(), sorted: OnceLock::new() }
    }
}

impl<V: Copy> Pile<V> {
    /// Adds values of group 0.
    pub fn extend_one(&mut self, values: &[V]) {
        self.sorted.take();
        self.values.extend_from_slice(values);
        if let Some(groups) = &mut self.groups {
            groups.resize(self.values.len(), 0);
        }
    }

    /// Adds values with their groups; there are as many of each.
    pub fn extend(&mut self, groups: &[u32], values: &[V]) {
        self.sorted.take();
        let before = self.values.len();
        self.groups.get_or_insert_with(|| vec![0; before]).extend_from_slice(groups);
        self.values.extend_from_slice(values);
    }

    /// Adds values of one group.
    pub fn extend_group(&mut self, group: u32, values: &[V]) {
        if group == 0 && self.groups.is_none() {
            return self.extend_one(values);
        }
        self.sorted.take();
        let (before, after) = (self.values.len(), self.values.len() + values.len());
        self.groups.get_or_insert_with(|| vec![0; before]).resize(after, group);
        self.values.extend_from_slice(values);
    }

    /// Says that there are more groups than when the values were last put in order.
    pub fn forget_order(&mut self) {
        self.sorted.take();
    }

    /// The values in the order of their groups; made once, until more values come.
    pub fn sorted(&self, groups: usize) -> &Grouped<V> {
        self.sorted.get_or_init(|| match &self.groups {
            None => {
                let mut starts = vec![self.values.len(); groups + 1];
                starts[0] = 0;
                Grouped { starts, values: self.values.clone() }
            }
            Some(of) => Grouped::of_slices(groups, of, &self.values),
        })
    }

    /// The values in the order of their groups, moved out.
    pub fn into_sorted(mut self, groups: usize) -> Grouped<V> {
        match (self.sorted.take(), &self.groups) {
            (Some(sorted), _) => sorted,
            (None, None) => {
                let mut starts = vec![self.values.len(); groups + 1];
                starts[0] = 0;
                Grouped { starts, values: self.values }
            }
            (None, Some(of)) => Grouped::of_slices(groups, of, &self.values),
        }
    }

    /// Whether there are groups beside group 0.
    pub fn is_grouped(&self) -> bool {
        self.groups.is_some()
    }

    /// Number of values.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// The values in order of arrival.
    pub fn into_values(self) -> Vec<V> {
        self.values
    }

    /// Bytes held.
    pub fn size_bytes(&self) -> usize {
        let sorted = self.sorted.get().map_or(0, Grouped::size_bytes);
        self.groups.as_ref().map_or(0, Vec::capacity) * 4 + self.values.capacity() * size_of::<V>() + sorted
    }
}

impl<V: Copy> Grouped<V> {
    /// A counting sort by group of values that lie beside their groups.
    pub fn of_slices(groups: usize, of: &[u32], values: &[V]) -> Self {
        let mut starts = vec![0usize; groups + 1];
        for group in of {
            starts[*group as usize + 1] += 1;
        }
        for group in 0..groups {
            starts[group + 1] += starts[group];
        }
        let Some(filler) = values.first() else { return Grouped { starts, values: Vec::new() } };
        let mut sorted = vec![*filler; values.len()];
        let mut next = starts.clone();
        for (group, value) in of.iter().zip(values) {
            let at = &mut next[*group as usize];
            sorted[*at] = *value;
            *at += 1;
        }
        Grouped { starts, values: sorted }
    }

    /// The values of a group.
    pub fn of(&self, group: usize) -> &[V] {
        match self.starts.get(group + 1) {
            Some(end) => &self.values[self.starts[group]..*end],
            None => &[],
        }
    }

    /// The values of a group, to be reordered.
    pub fn of_mut(&mut self, group: usize) -> &mut [V] {
        &mut self.values[self.starts[group]..self.starts[group + 1]]
    }

    fn size_bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>() + self.values.capacity() * size_of::<V>()
    }
}

/// One list per group, of values in the order of their groups.
///
/// # Errors
/// `Type` if Arrow refuses the lists.
pub fn lists(starts: &[usize], values: ArrayRef) -> Result<ArrayRef> {
    let offsets = OffsetBuffer::new(starts.iter().map(|start| *start as i64).collect());
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    Ok(Arc::new(LargeListArray::try_new(field, offsets, values, None)?))
}

/// One list per group as a column of lists.
///
/// # Errors
/// `Unsupported` if there are more values than lists can hold.
pub fn list_column(starts: &[usize], values: ArrayRef) -> Result<ArrayRef> {
    let offsets: Option<Vec<i32>> = starts.iter().map(|start| i32::try_from(*start).ok()).collect();
    let Some(offsets) = offsets else {
        return Err(Error::unsupported(format!("{} values in the lists of one column", values.len()))
            .hint("a column of lists holds 2,147,483,647 values; aggregate parts of the rows"));
    };
    let field = Arc::new(Field::new("item", values.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::new(offsets.into()), values, None)?))
}

/// The lists of exported groups: for each row, the group it goes to and its values.
///
/// # Errors
/// `Internal` if the array holds no lists.
pub fn each_list<'a>(
    array: &'a ArrayRef,
    into: &'a [u32],
) -> Result<impl Iterator<Item = (u32, ArrayRef)> + 'a> {
    let lists = array.as_any().downcast_ref::<LargeListArray>().ok_or_else(foreign_state)?;
    Ok((0..lists.len()).map(|row| (into[row], lists.value(row))))
}
