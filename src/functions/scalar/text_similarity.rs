//! `levenshtein`, `jaro_winkler`, ...: how alike two texts are.

use crate::data::DType;
use crate::expr::{Expr, Params, ScalarFunction, col};
use crate::functions::scalar::support::{Texts, example};
use crate::functions::scalar::text_support::{count_texts, measure_texts, texts_in};
use crate::kernels::similarity;

/// The edit distance.
pub static LEVENSHTEIN: ScalarFunction = ScalarFunction::new(
    "levenshtein",
    "strings",
    &["expr", "other"],
    |types, _| texts_in(types, DType::Int64),
    |args| {
        let others = Texts::new(args, 1)?;
        count_texts(args, &mut |row, text| {
            Ok(others.get(row).map(|other| similarity::levenshtein(text, other) as i64))
        })
    },
)
.aliased(&["edit_distance"])
.unbounded()
.documented(
    "The least number of characters to insert, delete or change to make one text of the other.",
    || example([Some("kitten"), None], col("x").levenshtein("sitting"), [Some(3i64), None]),
);

macro_rules! measures {
    ($($name:ident $method:ident $document:literal, $code:expr, $a:literal $b:literal => $output:expr;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction = ScalarFunction::new(
                stringify!($method),
                "strings",
                &["expr", "other"],
                |types, _| texts_in(types, DType::Float64),
                |args| measure_texts(args, &$code),
            )
            .unbounded()
            .documented($document, || example([Some($a), None], col("x").$method($b), [Some($output), None]));
        )*

        impl Expr {
            /// The least number of characters to insert, delete or change to make one text of the other.
            pub fn levenshtein(self, other: impl Into<Expr>) -> Expr {
                Expr::call(&LEVENSHTEIN, [self, other.into()], Params::new())
            }

            $(
                #[doc = $document]
                pub fn $method(self, other: impl Into<Expr>) -> Expr {
                    Expr::call(&$name, [self, other.into()], Params::new())
                }
            )*
        }
    };
}

measures! {
    JARO jaro_similarity
        "Jaro's similarity of two texts, from 0 to 1: characters in common that are not far apart.",
        similarity::jaro, "aabb" "abab" => 11.0 / 12.0;
    JARO_WINKLER jaro_winkler
        "Jaro's similarity of two texts, raised where they start alike, from 0 to 1.",
        similarity::jaro_winkler, "Oslo" "Oslo" => 1.0;
    TRIGRAM_SIMILARITY trigram_similarity
        "The share of the runs of three characters of either text that both have, from 0 to 1; case does not count.",
        similarity::trigrams, "Oslo" "OSLO" => 1.0;
}
