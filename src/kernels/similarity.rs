//! How alike two texts are, by characters.

/// The least number of characters to insert, delete or change to make one text of the other.
pub fn levenshtein(left: &str, right: &str) -> usize {
    let (left, right) = (letters(left), letters(right));
    let same = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[same..], &right[same..]);
    // One row of the table: the distances of all starts of `right` from one start of `left`.
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.iter().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

/// Jaro's similarity, from 0 to 1: characters in common that are not far apart, less those in another order.
pub fn jaro(left: &str, right: &str) -> f64 {
    let (left, right) = (letters(left), letters(right));
    if left.is_empty() || right.is_empty() {
        return if left.len() == right.len() { 1.0 } else { 0.0 };
    }
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; right.len()];
    let mut common = Vec::new();
    for (i, a) in left.iter().enumerate() {
        let near = i.saturating_sub(reach)..(i + reach + 1).min(right.len());
        if let Some(j) = near.into_iter().find(|j| !taken[*j] && right[*j] == *a) {
            taken[j] = true;
            common.push(*a);
        }
    }
    if common.is_empty() {
        return 0.0;
    }
    let others = right.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(letter, _)| letter);
    let turned = common.iter().zip(others).filter(|(a, b)| a != b).count() / 2;
    let found = common.len() as f64;
    (found / left.len() as f64 + found / right.len() as f64 + (found - turned as f64) / found) / 3.0
}

/// Jaro's similarity, raised for texts that start alike (by a tenth for each of the first four characters).
pub fn jaro_winkler(left: &str, right: &str) -> f64 {
    let similarity = jaro(left, right);
    let start = left.chars().zip(right.chars()).take(4).take_while(|(a, b)| a == b).count();
    // Texts that have little in common gain nothing by a common start.
    if similarity > 0.7 { similarity + start as f64 * 0.1 * (1.0 - similarity) } else { similarity }
}

/// The share of the runs of three characters of either text that both have; texts count in small letters, with two
/// blanks before and one behind.
pub fn trigrams(left: &str, right: &str) -> f64 {
    let (left, right) = (runs(left), runs(right));
    let common = left.iter().filter(|run| right.binary_search(run).is_ok()).count();
    let all = left.len() + right.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}

fn runs(text: &str) -> Vec<[char; 3]> {
    let padded = letters(&format!("  {} ", text.to_lowercase()));
    let mut runs: Vec<[char; 3]> = padded.windows(3).map(|run| [run[0], run[1], run[2]]).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

fn letters(text: &str) -> Vec<char> {
    text.chars().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_the_published_ones() {
        let cases =
            [("kitten", "sitting", 3), ("", "abc", 3), ("flaw", "lawn", 2), ("ø", "o", 1), ("ab", "ab", 0)];
        for (left, right, distance) in cases {
            assert_eq!((levenshtein(left, right), levenshtein(right, left)), (distance, distance));
        }
    }

    #[test]
    fn similarities_are_the_published_ones() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-3, "{a} {b}");
        close(jaro("MARTHA", "MARHTA"), 0.944);
        close(jaro_winkler("MARTHA", "MARHTA"), 0.961);
        close(jaro_winkler("DIXON", "DICKSONX"), 0.813);
        close(jaro("DWAYNE", "DUANE"), 0.822);
        assert_eq!((jaro("", ""), jaro("a", ""), jaro("a", "b")), (1.0, 0.0, 0.0));
        assert_eq!((trigrams("Oslo", "oslo"), trigrams("ab", "xy")), (1.0, 0.0));
    }
}
