//! `is_alpha`, `is_digit`, ...: what a text consists of.

use crate::data::DType;
use crate::expr::{Expr, Params, ScalarFunction, col};
use crate::functions::scalar::support::{example, test_texts};
use crate::functions::scalar::text_support::texts_in;
use crate::kernels::letters;
use regex::Regex;
use std::sync::LazyLock;

macro_rules! classes {
    ($($name:ident $text:literal $method:ident $alias:literal $document:literal,
        $code:expr, $yes:literal $no:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "strings", &["expr"], |types, _| texts_in(types, DType::Bool), |args| {
                    let code: fn(&str) -> bool = $code;
                    test_texts(args, &mut |_, text| Ok(code(text)))
                })
                .aliased(&[$alias])
                .documented($document, || {
                    let answers = [Some(true), Some(false), None];
                    example([Some($yes), Some($no), None], col("x").$method(), answers)
                });
        )*

        impl Expr {
            $(
                #[doc = $document]
                pub fn $method(self) -> Expr {
                    Expr::call(&$name, [self], Params::new())
                }
            )*
        }
    };
}

classes! {
    IS_ALPHA "is_alpha" is_alpha "str.isalpha"
        "Whether the text consists of letters; not if it is empty.",
        |text| all(text, u8::is_ascii_alphabetic, &LETTERS), "Zürich" "A320";
    IS_ALNUM "is_alnum" is_alnum "str.isalnum"
        "Whether the text consists of letters and numbers; not if it is empty.",
        |text| all(text, u8::is_ascii_alphanumeric, &LETTERS_AND_NUMBERS), "A320" "A-320";
    IS_NUMERIC "is_numeric" is_numeric "str.isnumeric"
        "Whether the text consists of numbers, fractions and Roman numerals included; not if it is empty.",
        |text| all(text, u8::is_ascii_digit, &NUMBERS), "12½" "1.5";
    IS_DIGIT "is_digit" is_digit "str.isdigit"
        "Whether the text consists of digits, raised, lowered and circled ones included; not if it is empty.",
        |text| !text.is_empty() && text.chars().all(letters::is_digit), "12²" "½";
    IS_DECIMAL "is_decimal" is_decimal "str.isdecimal"
        "Whether the text consists of decimal digits of any script; not if it is empty.",
        |text| !text.is_empty() && text.chars().all(letters::is_decimal), "12" "12²";
    IS_SPACE "is_space" is_space "str.isspace"
        "Whether the text consists of white space; not if it is empty.",
        |text| !text.is_empty() && text.chars().all(char::is_whitespace), " \t\u{a0}" "a b";
    IS_LOWER "is_lower" is_lower "str.islower"
        "Whether the text has letters with case and all of them are small.", letters::is_lower, "a 5" "aB";
    IS_UPPER "is_upper" is_upper "str.isupper"
        "Whether the text has letters with case and all of them are capitals.", letters::is_upper, "A 5" "aB";
    IS_TITLE "is_title" is_title "str.istitle"
        "Whether every word starts with a capital and goes on with small letters, and there is one.",
        letters::is_titled, "Oslo Lufthavn" "Oslo lufthavn";
    IS_ASCII "is_ascii" is_ascii "str.isascii"
        "Whether all characters are of ASCII; an empty text too.", str::is_ascii, "Oslo" "Tromsø";
}

static LETTERS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{L}+$").ok());
static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{N}+$").ok());
static LETTERS_AND_NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{N}]+$").ok());

fn all(text: &str, byte: fn(&u8) -> bool, class: &LazyLock<Option<Regex>>) -> bool {
    match text.is_ascii() {
        true => !text.is_empty() && text.bytes().all(|own| byte(&own)),
        false => class.as_ref().is_some_and(|class| class.is_match(text)),
    }
}
