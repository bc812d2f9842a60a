//! Strings that repeat into codes, once all rows of a source are there: what no single part of a file can see.

use crate::data::{Batch, Column, DType, Statistics, strings};
use crate::error::{AllOk, Result};
use crate::exec::context::Context;
use crate::kernels::keys::intern::{Interner, UNKNOWN};
use crate::kernels::keys::texts::Views;
use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, UInt32Array};
use arrow::compute::interleave;
use std::ops::Range;
use std::sync::Arc;

/// Fewer rows are not worth it.
const LEAST_ROWS: usize = 1 << 16;

/// Values looked at to guess how many are distinct.
const SAMPLE: usize = 1 << 16;

/// Consecutive values of the sample.
const RUN: usize = 256;

/// The most texts of a dictionary: beyond, each text that is looked up misses the caches, and finding the codes takes longer than
/// several queries gain by them.
const MOST_TEXTS: usize = 1 << 17;

/// The same rows; string columns of which each text stands in eight rows or more, by a sample, as codes.
///
/// # Errors
/// `Type` if Arrow cannot hold the texts in one array.
pub fn encode(batches: Vec<Batch>, context: &Context) -> Result<Vec<Batch>> {
    let rows: usize = batches.iter().map(Batch::rows).sum();
    let Some(first) = batches.first().filter(|_| rows >= LEAST_ROWS) else { return Ok(batches) };
    let mut coded: Vec<Option<Vec<Column>>> = Vec::new();
    for position in 0..first.columns().len() {
        let columns: Vec<&Column> = batches.iter().map(|batch| batch.column(position)).collect();
        let texts = columns[0].dtype() == &DType::String && !columns.iter().any(|column| column.is_coded());
        coded.push(match texts && repeats(&columns, rows)? {
            true => codes(&columns, rows, context)?,
            false => None,
        });
    }
    if coded.iter().all(Option::is_none) {
        return Ok(batches);
    }
    let batches = batches.iter().enumerate().map(|(number, batch)| {
        let columns = batch.columns().iter().zip(&coded);
        let columns =
            columns.map(|(column, coded)| coded.as_ref().map_or(column, |coded| &coded[number]).clone());
        Batch::new(columns.collect(), batch.rows())
    });
    batches.collect()
}

/// Whether a sample says that codes pay.
fn repeats(columns: &[&Column], rows: usize) -> Result<bool> {
    let mut interner = Interner::new(false);
    let mut numbers = Vec::new();
    let runs = SAMPLE / RUN;
    let mut before = 0;
    let mut next = 0;
    for column in columns {
        let texts = strings::views(column.array())?;
        while next < runs && next * (rows / runs) < before + texts.len() {
            let start = next * (rows / runs) - before;
            let end = texts.len().min(start + RUN);
            interner.intern_views(Views::String(texts), start..end, &mut numbers);
            next += 1;
        }
        before += texts.len();
    }
    let (seen, sampled) = (f64::from(interner.len()), numbers.len() as f64);
    let limit = (rows / 8).min(MOST_TEXTS) as f64;
    // So many values of `limit` equally frequent texts show so many different ones.
    Ok(seen <= limit * (1.0 - (-sampled / limit).exp()))
}

/// Lanes that are run together: from each of these to the next.
const ROUNDS: [usize; 4] = [0, 2, 8, usize::MAX];

/// What one lane found: the codes of its columns, and where it saw each text first that was not known.
struct Lane {
    /// Codes below are known; codes from here on are its own.
    known: u32,
    codes: Vec<UInt32Array>,
    places: Vec<(usize, usize)>,
}

/// The columns as codes into one dictionary, in order of first sight; `None` if the sample was no guide.
fn codes(columns: &[&Column], rows: usize, context: &Context) -> Result<Option<Vec<Column>>> {
    let lanes = (columns.len() / 4).clamp(8, 64).min(columns.len());
    let limit = (rows / 4).min(2 * MOST_TEXTS);
    let cut = |lane: usize| lane * columns.len() / lanes;
    let mut interner = Interner::new(false);
    let mut places = Vec::new();
    let (mut found, mut maps) = (Vec::with_capacity(lanes), Vec::with_capacity(lanes));
    // What the lanes before have found is known to all lanes of a round, so that few texts are merged one by one.
    for round in ROUNDS.windows(2) {
        let (start, end) = (round[0].min(lanes), round[1].min(lanes));
        let known = &interner;
        let lane = |number| lane(columns, cut(start + number)..cut(start + number + 1), known, limit);
        let more = context.parallel(end - start, lane)?;
        let Some(more) = more.into_iter().collect::<Option<Vec<Lane>>>() else { return Ok(None) };
        for lane in more {
            let mut map = Vec::with_capacity(lane.places.len());
            for &(column, row) in &lane.places {
                let code = interner.intern(strings::views(columns[column].array())?.value(row).as_bytes());
                if code as usize == places.len() {
                    places.push((column, row));
                }
                map.push(code);
            }
            maps.push((lane.known, map));
            found.push(lane.codes);
        }
        if places.len() > limit {
            return Ok(None);
        }
    }
    let arrays: Vec<&dyn Array> =
        columns.iter().map(|column| column.array().as_ref() as &dyn Array).collect();
    // Compacted: the texts must not keep all the rows' buffers alive.
    let dictionary: ArrayRef = Arc::new(interleave(&arrays, &places)?.as_string_view().gc());
    let done = context.parallel(lanes, |number| {
        let (known, map) = &maps[number];
        let columns = columns[cut(number)..cut(number + 1)].iter().zip(&found[number]);
        let columns = columns.map(|(column, codes)| {
            let code = |code: &u32| match code.checked_sub(*known) {
                None => *code,
                Some(own) => map.get(own as usize).copied().unwrap_or(0),
            };
            let codes: Vec<u32> = codes.values().iter().map(code).collect();
            let codes = UInt32Array::new(codes.into(), column.array().nulls().cloned());
            let coded = Column::from_held(strings::encode(codes, dictionary.clone())?);
            let distinct = Some(dictionary.len() as u64);
            Ok(match column.known_statistics() {
                Some(known) => coded.with_statistics(Statistics { distinct, ..known.clone() }),
                None => coded,
            })
        });
        columns.all_ok()
    })?;
    Ok(Some(done.into_iter().flatten().collect()))
}

/// Codes of what is known, and of a lane's own; `None` if there are more texts than the limit.
fn lane(columns: &[&Column], range: Range<usize>, base: &Interner, limit: usize) -> Result<Option<Lane>> {
    let known = base.len();
    let mut interner = Interner::new(false);
    // The code of each of the interner's numbers: nulls have numbers too, but no code.
    let mut own: Vec<u32> = Vec::new();
    let (mut codes, mut places, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for position in range {
        let texts: &StringViewArray = strings::views(columns[position].array())?;
        let views = Views::String(texts);
        numbers.clear();
        match base.is_empty() {
            true => interner.intern_views(views, 0..texts.len(), &mut numbers),
            false => {
                base.find_views(views, 0..texts.len(), &mut numbers);
            }
        }
        let code = |(row, number): (usize, &u64)| {
            if texts.is_null(row) {
                return 0;
            }
            let number = match (base.is_empty(), *number as u32) {
                (true, number) => number,
                (false, UNKNOWN) => interner.intern(texts.value(row).as_bytes()),
                (false, number) => return number,
            };
            if own.len() <= number as usize {
                own.resize(number as usize + 1, UNKNOWN);
            }
            let code = &mut own[number as usize];
            if *code == UNKNOWN {
                *code = known + places.len() as u32;
                places.push((position, row));
            }
            *code
        };
        codes.push(UInt32Array::from(numbers.iter().enumerate().map(code).collect::<Vec<u32>>()));
        if places.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(Lane { known, codes, places }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::exec::cancel::CancelToken;
    use crate::exec::metrics::Metrics;

    fn batches(rows: usize, text: impl Fn(usize) -> Option<String>) -> Vec<Batch> {
        let texts: Vec<Option<String>> = (0..rows).map(text).collect();
        let parts = texts.chunks(5000).map(|part| {
            let column = Column::from_held(Arc::new(StringViewArray::from_iter(part.iter().cloned())));
            Batch::new(vec![column], part.len()).unwrap()
        });
        parts.collect()
    }

    fn encoded(batches: &[Batch], threads: usize) -> Vec<Batch> {
        let config = Config { threads, ..Config::current() };
        let context =
            Context::new(&config, &CancelToken::new(), Arc::new(Metrics::default()), false).unwrap();
        encode(batches.to_vec(), &context).unwrap()
    }

    #[test]
    fn texts_that_repeat_become_codes_of_one_dictionary() {
        let long = |row: usize| {
            (row % 13 != 4).then(|| format!("a text of more than twelve bytes {}", row * 31 % 3001))
        };
        let short = |row: usize| {
            (!row.is_multiple_of(13))
                .then(|| if row % 7 == 1 { String::new() } else { format!("t{}", row * 31 % 3001) })
        };
        for plain in [batches(100_000, long), batches(100_000, short)] {
            let [one, two] = [1, 2].map(|threads| encoded(&plain, threads));
            let (_, dictionary) = strings::coded(one[0].column(0).array()).unwrap();
            assert_eq!(dictionary.null_count(), 0);
            for ((plain, one), two) in plain.iter().zip(&one).zip(&two) {
                assert!(strings::same_dictionary(
                    dictionary,
                    strings::coded(one.column(0).array()).unwrap().1
                ));
                assert_eq!(&one.column(0).to_plain().unwrap(), plain.column(0).array());
                assert_eq!(one.column(0).array(), two.column(0).array());
            }
        }
    }

    #[test]
    fn texts_that_hardly_repeat_stay() {
        for texts in [
            batches(100_000, |row| Some(format!("t{row}"))),
            batches(100_000, |row| Some(format!("t{}", row / 3))),
        ] {
            assert!(!encoded(&texts, 2)[0].column(0).is_coded());
        }
        assert!(!encoded(&batches(1000, |_| Some("t".to_owned())), 2)[0].column(0).is_coded());
        // The sample sees one text; the rest are all different.
        let hidden = batches(300_000, |row| {
            Some(if row % (300_000 / 256) < 256 { "t".to_owned() } else { format!("t{row}") })
        });
        assert!(!encoded(&hidden, 2)[0].column(0).is_coded());
    }
}
