//! Codes while reading: told apart, shared, extended, given up.

use super::{Dictionary, Key, TextBuilder, TextLoop, TextSink};
use crate::data::strings;
use arrow::array::{Array, ArrayRef};
use std::sync::Arc;

struct Values<'a>(Vec<Option<&'a str>>);

impl TextLoop for Values<'_> {
    fn run(self, sink: &mut impl TextSink) {
        for value in self.0 {
            match value {
                Some(text) => sink.other(text),
                None => sink.null(),
            }
        }
    }
}

fn texts(array: &ArrayRef) -> Vec<Option<String>> {
    let plain = strings::decode(array).unwrap();
    strings::views(&plain).unwrap().iter().map(|text| text.map(str::to_owned)).collect()
}

#[test]
fn texts_of_every_length_are_told_apart() {
    let all: Vec<String> = (0..40)
        .flat_map(|length: usize| {
            let one = "x".repeat(length);
            let changed = (0..length).map({
                let one = one.clone();
                move |at| format!("{}y{}", &one[..at], &one[at + 1..])
            });
            std::iter::once(one).chain(changed).collect::<Vec<_>>()
        })
        .collect();
    let dictionary = Dictionary::new(all.iter().map(String::as_str));
    assert_eq!(dictionary.views.len(), all.len());
    for (code, text) in all.iter().enumerate() {
        assert_eq!(dictionary.find(Key::of(text.as_bytes()), || text.as_str()), Some(code as u32));
    }
}

#[test]
fn unseen_texts_extend_a_private_copy() {
    let base = Dictionary::new(["UA", "AA"]);
    let mut builder = TextBuilder::new(Some(base.clone()));
    builder.extend(Values(vec![Some("AA"), None, Some("UA")]));
    let shared = builder.finish().unwrap();
    assert!(Arc::ptr_eq(strings::coded(&shared).unwrap().1, &base.array));
    builder.extend(Values(["DL", "AA", "DL"].map(Some).to_vec()));
    let extended = builder.finish().unwrap();
    assert_eq!(strings::coded(&extended).unwrap().1.len(), 3);
    assert_eq!(texts(&extended), ["DL", "AA", "DL"].map(|text| Some(text.to_owned())));
    assert_eq!(texts(&shared), [Some("AA".to_owned()), None, Some("UA".to_owned())]);
}

#[test]
fn mostly_new_texts_become_views() {
    let mut builder = TextBuilder::new(Some(Dictionary::new(["a"])));
    let values: Vec<String> = (0..2000).map(|i| format!("value number {i}")).collect();
    for value in values.iter().map(|value| Some(value.as_str())).chain([None]) {
        builder.extend(Values(vec![value]));
        builder.settle();
    }
    let array = builder.finish().unwrap();
    assert!(strings::coded(&array).is_none());
    assert_eq!(texts(&array).iter().flatten().collect::<Vec<_>>(), values.iter().collect::<Vec<_>>());
    assert_eq!(array.null_count(), 1);
}
