//! How many bytes rows take in memory.

use arrow::array::{Array, ArrayRef, AsArray, GenericByteViewArray};
use arrow::datatypes::{BinaryViewType, ByteViewType, DataType, StringViewType, UInt32Type};

/// Bytes of one view: length, and text or place.
const VIEW: usize = 16;

/// Bytes of text for each view from which on the rows' own are counted.
const LONG: usize = 128;

/// Bytes that the rows of an array take. Of buffers shared with other rows only the rows' own part counts; of the text that
/// views point to, the share of the rows among all views, or what is theirs where that share is large; dictionaries count
/// whole.
pub fn rows_bytes(array: &dyn Array) -> usize {
    let nulls = array.nulls().map_or(0, |nulls| nulls.len().div_ceil(8));
    match array.data_type() {
        DataType::Utf8View => nulls + views_bytes(array.as_byte_view::<StringViewType>()),
        DataType::BinaryView => nulls + views_bytes(array.as_byte_view::<BinaryViewType>()),
        DataType::Dictionary(_, _) => nulls + keys_bytes(array) + dictionary(array).map_or(0, rows_bytes),
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let offsets = lists.value_offsets();
            let (first, last) = (offsets[0] as usize, offsets[offsets.len() - 1] as usize);
            let items = lists.values().slice(first, last - first);
            nulls + std::mem::size_of_val(offsets) + rows_bytes(&items)
        }
        DataType::FixedSizeList(_, width) => {
            let fixed = array.as_fixed_size_list();
            let items = fixed.values().slice(0, fixed.len() * width.unsigned_abs() as usize);
            nulls + rows_bytes(&items)
        }
        DataType::Struct(_) => {
            nulls + array.as_struct().columns().iter().map(|column| rows_bytes(column)).sum::<usize>()
        }
        _ => array.to_data().get_slice_memory_size().unwrap_or_else(|_| array.get_array_memory_size()),
    }
}

/// Bytes of the rows of several arrays of one column: a dictionary that they share counts once.
pub fn column_bytes<'a>(arrays: impl Iterator<Item = &'a ArrayRef>) -> usize {
    let (mut bytes, mut seen) = (0, Vec::new());
    for array in arrays {
        match dictionary(array) {
            None => bytes += rows_bytes(array),
            Some(values) => {
                let place = values as *const dyn Array as *const u8;
                let known = seen.contains(&place);
                bytes += rows_bytes(array) - if known { rows_bytes(values) } else { 0 };
                if !known {
                    seen.push(place);
                }
            }
        }
    }
    bytes
}

fn views_bytes<T: ByteViewType + ?Sized>(array: &GenericByteViewArray<T>) -> usize {
    let views = array.views().inner();
    let all = (views.capacity() / VIEW).max(array.len()).max(1);
    let text: usize = array.data_buffers().iter().map(|buffer| buffer.len()).sum();
    let text = match text / all < LONG {
        true => (text as u128 * array.len() as u128 / all as u128) as usize,
        // So long are few texts: the views are some of very many that point into these blocks.
        // What a null's view says may be anything.
        false => {
            let lengths = array.views().iter().map(|view| *view as u32 as usize);
            lengths.filter(|length| *length > 12).sum::<usize>().min(text)
        }
    };
    array.len() * VIEW + text
}

fn dictionary(array: &dyn Array) -> Option<&dyn Array> {
    array.as_any_dictionary_opt().map(|coded| coded.values().as_ref() as &dyn Array)
}

fn keys_bytes(array: &dyn Array) -> usize {
    array
        .as_dictionary_opt::<UInt32Type>()
        .map_or(0, |coded| std::mem::size_of_val(coded.keys().values().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::{column_bytes, rows_bytes};
    use arrow::array::{
        ArrayRef, DictionaryArray, Int64Array, ListArray, StringArray, StringViewArray, UInt32Array,
    };
    use arrow::datatypes::Int32Type;
    use std::sync::Arc;

    #[test]
    fn a_slice_counts_its_own_rows() {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1000));
        assert_eq!(rows_bytes(&numbers), 8000);
        assert_eq!(rows_bytes(&numbers.slice(10, 100)), 800);
        let halves: ArrayRef = Arc::new((0..1000).map(|i| (i % 2 == 0).then_some(i)).collect::<Int64Array>());
        assert_eq!(rows_bytes(&halves.slice(0, 80)), 640 + 10);
    }

    #[test]
    fn text_counts_by_its_share_and_dictionaries_once() {
        let long = "a text that does not fit into a view";
        let views: ArrayRef = Arc::new(StringViewArray::from_iter_values((0..1000).map(|_| long)));
        let (whole, tenth) = (rows_bytes(&views), rows_bytes(&views.slice(100, 100)));
        assert!(whole >= 1000 * (16 + long.len()), "{whole}");
        assert!((whole / 11..=whole / 9).contains(&tenth), "{tenth} of {whole}");
        let values: ArrayRef = Arc::new(StringArray::from(vec![long, "short"]));
        let keys = UInt32Array::from_iter_values((0..1000).map(|i| i % 2));
        let coded: ArrayRef = Arc::new(DictionaryArray::new(keys, values.clone()));
        let parts = [coded.slice(0, 500), coded.slice(500, 500)];
        assert_eq!(column_bytes(parts.iter()), 4000 + rows_bytes(&values));
    }

    #[test]
    fn chosen_texts_count_without_the_others_in_their_blocks() {
        let text = |i: usize| format!("a text that does not fit into a view, {i}");
        let views: ArrayRef = Arc::new(StringViewArray::from_iter_values((0..10_000).map(text)));
        let some =
            arrow::compute::take(&views, &UInt32Array::from_iter_values((0..100).map(|i| i * 97)), None);
        let exact: usize = (0..100).map(|i| 16 + text(i * 97).len()).sum();
        assert_eq!(rows_bytes(&some.unwrap()), exact);
    }

    #[test]
    fn lists_count_their_own_elements() {
        let rows = (0..100).map(|i| Some(vec![Some(i); 4]));
        let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(rows));
        assert_eq!(rows_bytes(&lists.slice(50, 10)), 11 * 4 + 40 * 4);
    }
}
