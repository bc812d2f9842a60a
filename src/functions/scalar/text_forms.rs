//! `title`, `capitalize`, `swapcase`, `casefold`, `str_reverse`, `normalize_text`: text in another form.

use crate::data::DType;
use crate::error::{Error, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Expr, Param, Params, ScalarFunction, Signature, col};
use crate::functions::scalar::support::{example, text};
use crate::functions::scalar::text_support::{map_texts, text_to_text};
use crate::kernels::letters;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

macro_rules! forms {
    ($($name:ident $text:literal $method:ident [$($alias:literal),*] $document:literal,
        $code:expr, $input:literal => $output:literal;)*) => {
        $(
            #[doc = $document]
            pub static $name: ScalarFunction =
                ScalarFunction::new($text, "strings", &["expr"], text_to_text, |args| {
                    let code: fn(&str, &mut String) = $code;
                    map_texts(args, &mut |_, text, out| {
                        code(text, out);
                        Ok(true)
                    })
                })
                .aliased(&[$($alias),*])
                .documented($document, || {
                    example([Some($input), None], col("x").$method(), [Some($output), None])
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

forms! {
    TITLE "title" title ["str.title", "to_titlecase"]
        "The text with the first letter of every word as a title has it and the others small.",
        letters::title, "hello wORLD" => "Hello World";
    CAPITALIZE "capitalize" capitalize ["str.capitalize"]
        "The text with its first character as a title has it and the others small.",
        letters::capitalize, "éCOLE de l'air" => "École de l'air";
    SWAPCASE "swapcase" swapcase ["str.swapcase"]
        "The text with small letters as capitals and capitals as small letters.",
        letters::swapcase, "Straße 5" => "sTRASSE 5";
    CASEFOLD "casefold" casefold ["str.casefold"]
        "The text in a form in which texts are equal that differ in case only, by the full case folding of Unicode.",
        letters::casefold, "Straße" => "strasse";
    STR_REVERSE "str_reverse" str_reverse []
        "The text backwards, by what a reader sees as one character (grapheme clusters).",
        |text, out| out.extend(text.graphemes(true).rev()), "ab e\u{301}" => "e\u{301} ba";
}

/// The text in a normal form of Unicode.
pub static NORMALIZE_TEXT: ScalarFunction = ScalarFunction::new(
    "normalize_text",
    "strings",
    &["expr"],
    |types, params| {
        form(params)?;
        Ok(Signature::new([text(&types[0])?], DType::String))
    },
    |args| {
        let form = form(args.params())?;
        map_texts(args, &mut |_, text, out| {
            match (text.is_ascii(), form) {
                (true, _) => out.push_str(text),
                (_, Form::C) => out.extend(text.nfc()),
                (_, Form::D) => out.extend(text.nfd()),
                (_, Form::Kc) => out.extend(text.nfkc()),
                (_, Form::Kd) => out.extend(text.nfkd()),
            }
            Ok(true)
        })
    },
)
.aliased(&["str.normalize"])
.with_params(&[Param {
    name: "form",
    default: Some(ParamDefault::Str("NFC")),
    doc: "`NFC`, `NFD`, `NFKC` or `NFKD`.",
}])
.documented("The text in a normal form of Unicode, so that texts that look the same are the same.", || {
    example([Some("e\u{301}"), None], col("x").normalize_text("NFC"), [Some("é"), None])
});

#[derive(Clone, Copy)]
enum Form {
    C,
    D,
    Kc,
    Kd,
}

fn form(params: &Params) -> Result<Form> {
    Ok(match params.str("form")? {
        "NFC" => Form::C,
        "NFD" => Form::D,
        "NFKC" => Form::Kc,
        "NFKD" => Form::Kd,
        other => {
            return Err(
                Error::invalid(format!("no normal form {other:?}")).hint("use NFC, NFD, NFKC or NFKD")
            );
        }
    })
}

impl Expr {
    /// The text in a normal form of Unicode: `NFC`, `NFD`, `NFKC` or `NFKD`.
    pub fn normalize_text(self, form: &str) -> Expr {
        Expr::call(&NORMALIZE_TEXT, [self], Params::new().with("form", form))
    }
}
