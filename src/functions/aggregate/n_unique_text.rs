//! `n_unique` of text and bytes: over codes where the first rows have them, else over the texts themselves.

use crate::data::strings;
use crate::error::Result;
use crate::expr::{GroupState, Groups, Tasks};
use crate::functions::aggregate::fold::{owned, same};
use crate::functions::aggregate::grouped::each_list;
use crate::functions::aggregate::rows::{for_each_valid, nulls_of};
use crate::functions::aggregate::text_sets::TextSets;
use crate::functions::aggregate::words::foreign_state;
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, BooleanArray, UInt32Array, UInt64Array, new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::{cast, take};
use arrow::datatypes::DataType;
use std::any::Any;
use std::sync::Arc;

/// The distinct texts of every group.
pub struct TextUnique {
    /// Takes everything once it has taken codes.
    coded: Box<dyn GroupState>,
    sets: TextSets,
    /// Whether each group has a null, if that counts.
    nulls: Option<Vec<bool>>,
    way: Way,
    groups: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    Codes,
    Texts,
}

impl TextUnique {
    /// No group yet; `coded` counts texts by numbers.
    pub fn boxed(coded: Box<dyn GroupState>, count_nulls: bool) -> Box<dyn GroupState> {
        let nulls = count_nulls.then(Vec::new);
        Box::new(TextUnique { coded, sets: TextSets::default(), nulls, way: Way::Open, groups: 0 })
    }

    /// The texts of an array as bytes.
    fn bytes(array: &ArrayRef) -> Result<BinaryViewArray> {
        let array = strings::decode(array)?;
        Ok(match array.data_type() {
            DataType::BinaryView => array.as_binary_view().clone(),
            DataType::Utf8View => array.as_string_view().clone().to_binary_view(),
            _ => cast(&array, &DataType::BinaryView)?.as_binary_view().clone(),
        })
    }

    fn mark(&mut self, nulls: &NullBuffer, groups: &Groups<'_>) {
        if let Some(marks) = &mut self.nulls {
            let absent = NullBuffer::new(!nulls.inner());
            for_each_valid(&absent, |rows| rows.rows().for_each(|row| marks[groups.of(row)] = true));
        }
    }

    fn join_marks(&mut self, other: &TextUnique, from: &[u32], into: &[u32]) {
        if let (Some(marks), Some(others)) = (&mut self.nulls, &other.nulls) {
            for (from, into) in from.iter().zip(into) {
                marks[*into as usize] |= others[*from as usize];
            }
        }
    }
}

impl GroupState for TextUnique {
    fn resize(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        self.coded.resize(groups);
        self.sets.resize(groups);
        if let Some(marks) = &mut self.nulls
            && groups > marks.len()
        {
            marks.resize(groups, false);
        }
    }

    fn update(&mut self, args: &[ArrayRef], groups: &Groups<'_>) -> Result<()> {
        if args[0].is_empty() {
            return Ok(());
        }
        if self.way == Way::Open {
            self.way = if strings::coded(&args[0]).is_some() { Way::Codes } else { Way::Texts };
        }
        if self.way == Way::Codes {
            return self.coded.update(args, groups);
        }
        let nulls = nulls_of(&args[0]);
        if let Some(nulls) = &nulls {
            self.mark(nulls, groups);
            if nulls.null_count() == nulls.len() {
                return Ok(());
            }
        }
        self.sets.extend(&TextUnique::bytes(&args[0])?, groups, nulls.as_ref());
        Ok(())
    }

    fn merge(&mut self, other: &dyn GroupState, from: &[u32], into: &[u32]) -> Result<()> {
        let other = same::<Self>(other)?;
        if other.way == Way::Open {
            return Ok(());
        }
        if self.way == Way::Open {
            self.way = other.way;
        }
        match (self.way, other.way) {
            (Way::Codes, Way::Codes) => self.coded.merge(other.coded.as_ref(), from, into),
            (_, Way::Texts) => {
                let (texts, places) = other.sets.of_groups(from)?;
                let groups: Vec<u32> = places.iter().map(|place| into[*place as usize]).collect();
                if self.way == Way::Texts {
                    self.join_marks(other, from, into);
                    self.sets.extend(&texts, &Groups::per_row(&groups), None);
                    return Ok(());
                }
                let null = |from: &u32| other.nulls.as_ref().is_some_and(|marks| marks[*from as usize]);
                let nulls = from.iter().zip(into).filter(|(from, _)| null(from));
                let nulls: Vec<u32> = nulls.map(|(_, into)| *into).collect();
                let absent = new_null_array(&DataType::BinaryView, nulls.len());
                self.coded.update(&[absent], &Groups::per_row(&nulls))?;
                self.coded.update(&[Arc::new(texts)], &Groups::per_row(&groups))
            }
            _ => {
                let rows = UInt32Array::from(from.to_vec());
                let arrays = other.coded.export()?.into_iter().map(|array| Ok(take(&array, &rows, None)?));
                self.import(&arrays.collect::<Result<Vec<_>>>()?, into)
            }
        }
    }

    fn absorb(&mut self, other: Box<dyn GroupState>, into: &[u32]) -> Result<()> {
        let other = owned::<Self>(other)?;
        let from: Vec<u32> = (0..into.len() as u32).collect();
        if other.way != Way::Texts || self.way == Way::Codes {
            return self.merge(other.as_ref(), &from, into);
        }
        self.way = Way::Texts;
        self.join_marks(&other, &from, into);
        self.sets.absorb(other.sets, into);
        Ok(())
    }

    fn settle(&mut self, tasks: &dyn Tasks) -> Result<()> {
        match self.way {
            Way::Codes => self.coded.settle(tasks),
            _ => self.sets.settle(tasks),
        }
    }

    fn exact(&self) -> bool {
        true
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        if self.way == Way::Codes {
            return self.coded.finish();
        }
        let counts = self.sets.counts();
        Ok(Arc::new(match &self.nulls {
            None => UInt64Array::from(counts.to_vec()),
            Some(marks) => {
                UInt64Array::from_iter_values(counts.iter().zip(marks).map(|(n, null)| n + u64::from(*null)))
            }
        }))
    }

    fn export(&self) -> Result<Vec<ArrayRef>> {
        if self.way == Way::Codes {
            return self.coded.export();
        }
        let marks = self.nulls.clone().unwrap_or_else(|| vec![false; self.groups]);
        Ok(vec![self.sets.lists()?, Arc::new(BooleanArray::from(marks))])
    }

    fn import(&mut self, arrays: &[ArrayRef], into: &[u32]) -> Result<()> {
        if self.way == Way::Codes {
            return self.coded.import(arrays, into);
        }
        self.way = Way::Texts;
        let [keys, others] = arrays else { return Err(foreign_state()) };
        let others = others.as_boolean_opt().ok_or_else(foreign_state)?;
        for (into, keys) in each_list(keys, into)? {
            let texts = keys.as_binary_view_opt().ok_or_else(foreign_state)?;
            self.sets.extend(texts, &Groups::per_row(&vec![into; texts.len()]), None);
        }
        if let Some(marks) = &mut self.nulls {
            for (row, into) in into.iter().enumerate() {
                marks[*into as usize] |= others.value(row);
            }
        }
        Ok(())
    }

    fn size_bytes(&self) -> usize {
        let marks = self.nulls.as_ref().map_or(0, Vec::capacity);
        self.coded.size_bytes() + self.sets.size_bytes() + marks
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
