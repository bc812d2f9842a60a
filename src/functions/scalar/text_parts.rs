//! `url_part`, `url_parameter`, `json_extract`: parts of addresses and documents.

use crate::data::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::function::ParamDefault;
use crate::expr::{Expr, Param, Params, ScalarFunction, col};
use crate::functions::scalar::support::example;
use crate::functions::scalar::text_support::{map_texts, texts_in};
use serde_json::Value;

/// A part of a web address.
pub static URL_PART: ScalarFunction = ScalarFunction::new(
    "url_part",
    "strings",
    &["expr"],
    |types, params| {
        part(params.str("part")?)?;
        texts_in(types, DType::String)
    },
    |args| {
        let part = part(args.params().str("part")?)?;
        map_texts(args, &mut |_, text, out| {
            let found = part(&Address::of(text));
            out.push_str(found.unwrap_or_default());
            Ok(found.is_some())
        })
    },
)
.with_params(&[Param {
    name: "part",
    default: None,
    doc: "`scheme`, `user`, `host`, `port`, `path`, `query` or `fragment`.",
}])
.documented("A part of a web address, as it is written; null if the address has none.", || {
    let input = ["https://me@a.org:80/x?q=1#top", "/x"];
    example(input, col("x").url_part("host"), [Some("a.org"), None])
});

/// A parameter of a web address.
pub static URL_PARAMETER: ScalarFunction = ScalarFunction::new(
    "url_parameter",
    "strings",
    &["expr"],
    |types, params| {
        params.str("name")?;
        texts_in(types, DType::String)
    },
    |args| {
        let name = args.params().str("name")?;
        map_texts(args, &mut |_, text, out| {
            let query = Address::of(text).query.unwrap_or_default();
            let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            let found = pairs.find(|(own, _)| *own == name);
            out.push_str(found.map_or("", |(_, value)| value));
            Ok(found.is_some())
        })
    },
)
.with_params(&[Param { name: "name", default: None, doc: "The parameter's name, as it is written." }])
.documented(
    "The first parameter of a name in the query of a web address, as it is written (`url_decode` reads it); null if \
     there is none.",
    || example(["/x?a=1&b=2", "/x"], col("x").url_parameter("b"), [Some("2"), None]),
);

/// A value in a JSON document.
pub static JSON_EXTRACT: ScalarFunction = ScalarFunction::new(
    "json_extract",
    "strings",
    &["expr"],
    |types, params| {
        steps(params.str("path")?)?;
        params.bool("strict")?;
        texts_in(types, DType::String)
    },
    |args| {
        let (steps, strict) = (steps(args.params().str("path")?)?, args.params().bool("strict")?);
        map_texts(args, &mut |_, text, out| {
            let document: Value = match serde_json::from_str(text) {
                Ok(document) => document,
                Err(error) if strict => {
                    return Err(Error::new(ErrorKind::Parse, format!("no JSON: {error}"))
                        .hint("strict=false gives null"));
                }
                Err(_) => return Ok(false),
            };
            let found = steps.iter().try_fold(&document, |value, step| match step {
                Step::Field(name) => value.get(name.as_str()),
                Step::Item(at) => {
                    let items = value.as_array()?;
                    let at = if *at < 0 { at.checked_add(items.len() as i64)? } else { *at };
                    items.get(usize::try_from(at).ok()?)
                }
            });
            match found {
                None | Some(Value::Null) => return Ok(false),
                Some(Value::String(found)) => out.push_str(found),
                Some(found) => out.push_str(&found.to_string()),
            }
            Ok(true)
        })
    },
)
.aliased(&["json_path"])
.with_params(&[
    Param {
        name: "path",
        default: None,
        doc: "The way to the value: `$.items[0].name`; a name with points or brackets as `$[\"a.b\"]`; negative \
              numbers count from the end.",
    },
    Param {
        name: "strict",
        default: Some(ParamDefault::Bool(true)),
        doc: "Whether text that is no JSON is an error; otherwise it gives null.",
    },
])
.failing()
.documented(
    "The value at a path of a JSON document, as text: strings without quotes, everything else as JSON; null if it is \
     absent or null. Numbers beyond 64 bits are floats.",
    || {
        let input = [Some(r#"{"a": [{"b": "Oslo"}]}"#), Some("{}"), None];
        example(input, col("x").json_extract("$.a[0].b"), [Some("Oslo"), None, None])
    },
);

/// The parts of an address, as RFC 3986 cuts it.
struct Address<'a> {
    scheme: Option<&'a str>,
    user: Option<&'a str>,
    host: Option<&'a str>,
    port: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Address<'a> {
    fn of(text: &'a str) -> Self {
        let (rest, fragment) = cut(text, '#');
        let (rest, query) = cut(rest, '?');
        let is_scheme = |text: &str| {
            text.starts_with(|letter: char| letter.is_ascii_alphabetic())
                && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
        };
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        let (user, place) = match authority.map(|own| own.rsplit_once('@').ok_or(own)) {
            Some(Ok((user, place))) => (Some(user), Some(place)),
            Some(Err(place)) => (None, Some(place)),
            None => (None, None),
        };
        let (host, port) = match place.map(|place| (place, place.rsplit_once(':'))) {
            // The colons of an address in brackets are its own.
            Some((_, Some((host, port)))) if !port.contains(']') => (Some(host), Some(port)),
            Some((place, _)) => (Some(place), None),
            None => (None, None),
        };
        let present = |part: Option<&'a str>| part.filter(|part| !part.is_empty());
        Address { scheme, user, host: present(host), port: present(port), path, query, fragment }
    }
}

fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

type Part = for<'a, 'b> fn(&'b Address<'a>) -> Option<&'a str>;

fn part(name: &str) -> Result<Part> {
    Ok(match name {
        "scheme" => |address| address.scheme,
        "user" => |address| address.user,
        "host" => |address| address.host,
        "port" => |address| address.port,
        "path" => |address| Some(address.path),
        "query" => |address| address.query,
        "fragment" => |address| address.fragment,
        other => {
            return Err(Error::invalid(format!("an address has no part {other:?}"))
                .hint("use scheme, user, host, port, path, query or fragment"));
        }
    })
}

enum Step {
    Field(String),
    Item(i64),
}

fn steps(path: &str) -> Result<Vec<Step>> {
    let wrong =
        || Error::invalid(format!("{path:?} is no path of JSON")).hint("write a path like $.items[0].name");
    let mut rest = path.strip_prefix('$').ok_or_else(wrong)?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            if end == 0 {
                return Err(wrong());
            }
            steps.push(Step::Field(after[..end].to_owned()));
            rest = &after[end..];
        } else if let Some(after) = rest.strip_prefix("[\"") {
            let end = after.find("\"]").ok_or_else(wrong)?;
            steps.push(Step::Field(after[..end].to_owned()));
            rest = &after[end + 2..];
        } else {
            let after = rest.strip_prefix('[').ok_or_else(wrong)?;
            let end = after.find(']').ok_or_else(wrong)?;
            steps.push(Step::Item(after[..end].parse().map_err(|_| wrong())?));
            rest = &after[end + 1..];
        }
    }
    Ok(steps)
}

impl Expr {
    /// A part of a web address: `scheme`, `user`, `host`, `port`, `path`, `query` or `fragment`.
    pub fn url_part(self, part: &str) -> Expr {
        Expr::call(&URL_PART, [self], Params::new().with("part", part))
    }

    /// The first parameter of a name in the query of a web address.
    pub fn url_parameter(self, name: &str) -> Expr {
        Expr::call(&URL_PARAMETER, [self], Params::new().with("name", name))
    }

    /// The value at a path of a JSON document (`$.items[0].name`), as text.
    pub fn json_extract(self, path: &str) -> Expr {
        Expr::call(&JSON_EXTRACT, [self], Params::new().with("path", path))
    }
}
