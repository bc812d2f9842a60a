//! Letters and their cases, as Unicode (and Python) have them.

/// Every word with its first letter as a title has it and the others small.
pub fn title(text: &str, out: &mut String) {
    let mut inside = false;
    each_lower(text, |letter, lower| {
        match inside {
            true => out.push_str(lower),
            false => title_letter(letter, out),
        }
        inside = is_cased(letter);
    });
}

/// The first character as a title has it, the others small.
pub fn capitalize(text: &str, out: &mut String) {
    let mut first = true;
    each_lower(text, |letter, lower| match std::mem::take(&mut first) {
        true => title_letter(letter, out),
        false => out.push_str(lower),
    });
}

/// Small letters as capitals and capitals as small letters.
pub fn swapcase(text: &str, out: &mut String) {
    each_lower(text, |letter, lower| match letter {
        letter if letter.is_uppercase() => out.push_str(lower),
        letter if letter.is_lowercase() => out.extend(letter.to_uppercase()),
        letter => out.push(letter),
    });
}

/// The full case folding of Unicode.
pub fn casefold(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            'A'..='Z' => out.push(letter.to_ascii_lowercase()),
            letter if letter.is_ascii() => out.push(letter),
            // The small dotless i has a capital that it does not share a folding with.
            'ı' => out.push(letter),
            // Cherokee folds to its older letters, the capitals.
            '\u{13f8}'..='\u{13fd}' | '\u{ab70}'..='\u{abbf}' => out.extend(letter.to_uppercase()),
            '\u{13a0}'..='\u{13f5}' => out.push(letter),
            // A capital whose small letter folds on, to several letters.
            'ẞ' => out.push_str("ss"),
            letter => {
                for capital in letter.to_uppercase() {
                    out.extend(capital.to_lowercase());
                }
            }
        }
    }
}

/// Whether the text has letters with case and all of them are small.
pub fn is_lower(text: &str) -> bool {
    let mut cased = false;
    text.chars().all(|letter| {
        cased |= letter.is_lowercase();
        !letter.is_uppercase() && !is_title(letter)
    }) && cased
}

/// Whether the text has letters with case and all of them are capitals.
pub fn is_upper(text: &str) -> bool {
    let mut cased = false;
    text.chars().all(|letter| {
        cased |= letter.is_uppercase();
        !letter.is_lowercase() && !is_title(letter)
    }) && cased
}

/// Whether capitals stand at the start of words only, small letters inside of them only, and there is a word.
pub fn is_titled(text: &str) -> bool {
    let (mut inside, mut cased) = (false, false);
    text.chars().all(|letter| {
        let fits = match letter {
            letter if letter.is_uppercase() || is_title(letter) => !std::mem::replace(&mut inside, true),
            letter if letter.is_lowercase() => inside,
            _ => {
                inside = false;
                return true;
            }
        };
        cased = true;
        fits
    }) && cased
}

/// Whether a character is a digit: a decimal one, or one that is raised, lowered or circled.
pub fn is_digit(letter: char) -> bool {
    match letter {
        '0'..='9' => true,
        letter if letter.is_ascii() => false,
        letter => DIGITS.iter().any(|(first, last)| (*first..=*last).contains(&letter)) || is_decimal(letter),
    }
}

/// Whether a character is a decimal digit of some script.
pub fn is_decimal(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_digit();
    }
    // Decimal digits come in runs of ten; only their zeros are listed.
    let at = DECIMAL_ZEROS.partition_point(|zero| *zero <= letter as u32);
    at > 0 && letter as u32 - DECIMAL_ZEROS[at - 1] < 10
}

/// Whether a character is a letter with case.
fn is_cased(letter: char) -> bool {
    letter.is_lowercase() || letter.is_uppercase() || is_title(letter)
}

/// Whether a character is a letter of titles: one letter for two, the first of them a capital.
fn is_title(letter: char) -> bool {
    matches!(
        letter,
        'ǅ' | 'ǈ' | 'ǋ' | 'ǲ'
            | '\u{1f88}'..='\u{1f8f}'
            | '\u{1f98}'..='\u{1f9f}'
            | '\u{1fa8}'..='\u{1faf}'
            | '\u{1fbc}'
            | '\u{1fcc}'
            | '\u{1ffc}'
    )
}

/// A letter as it starts a title.
fn title_letter(letter: char, out: &mut String) {
    match letter {
        letter if letter.is_ascii() => out.push(letter.to_ascii_uppercase()),
        'Ǆ' | 'ǅ' | 'ǆ' => out.push('ǅ'),
        'Ǉ' | 'ǈ' | 'ǉ' => out.push('ǈ'),
        'Ǌ' | 'ǋ' | 'ǌ' => out.push('ǋ'),
        'Ǳ' | 'ǲ' | 'ǳ' => out.push('ǲ'),
        // Georgian has capitals for whole texts only.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => out.push(letter),
        letter if is_title(letter) => out.push(letter),
        '\u{1f80}'..='\u{1faf}' => out.extend(char::from_u32(letter as u32 | 8)),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => out.extend(char::from_u32(letter as u32 + 9)),
        letter => {
            let mut capitals = letter.to_uppercase();
            let Some(first) = capitals.next() else { return };
            out.push(first);
            for capital in capitals {
                match (capital, letter) {
                    // The iota below a Greek letter stays below its capital.
                    ('Ι', '\u{1fb0}'..='\u{1fff}') => out.push('\u{345}'),
                    (capital, 'ŉ') => out.push(capital),
                    _ => out.extend(capital.to_lowercase()),
                }
            }
        }
    }
}

/// Every character with its small form, in which a sigma knows whether it ends a word.
fn each_lower(text: &str, mut f: impl FnMut(char, &str)) {
    let lower = text.to_lowercase();
    let mut rest = lower.as_str();
    for letter in text.chars() {
        let bytes: usize = letter.to_lowercase().map(char::len_utf8).sum();
        let (own, after) = rest.split_at(bytes);
        f(letter, own);
        rest = after;
    }
}

/// Digits that are no decimal ones: first and last of each run.
const DIGITS: &[(char, char)] = &[
    ('²', '³'),
    ('¹', '¹'),
    ('\u{1369}', '\u{1371}'),
    ('\u{19da}', '\u{19da}'),
    ('\u{2070}', '\u{2070}'),
    ('\u{2074}', '\u{2079}'),
    ('\u{2080}', '\u{2089}'),
    ('\u{2460}', '\u{2468}'),
    ('\u{2474}', '\u{247c}'),
    ('\u{2488}', '\u{2490}'),
    ('\u{24ea}', '\u{24ea}'),
    ('\u{24f5}', '\u{24fd}'),
    ('\u{24ff}', '\u{24ff}'),
    ('\u{2776}', '\u{277e}'),
    ('\u{2780}', '\u{2788}'),
    ('\u{278a}', '\u{2792}'),
    ('\u{10a40}', '\u{10a43}'),
    ('\u{10e60}', '\u{10e68}'),
    ('\u{11052}', '\u{1105a}'),
    ('\u{1f100}', '\u{1f10a}'),
];

/// The zeros of the decimal digits of all scripts.
const DECIMAL_ZEROS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950,
    0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];
