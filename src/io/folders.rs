//! Folders of files: which files are in them, what the names of folders say (`year=2024`), and how files with different
//! columns are one table.

use crate::data::{DType, Scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::io::compressed::inner_name;
use crate::io::file::InputFile;
use crate::io::objects::contract::{Facts, Objects};
use crate::io::objects::object::Object;
use crate::io::objects::options::StorageOptions;
use crate::io::objects::{place, url};
use crate::io::paths::{by_number, expand, in_order};
use crate::io::union::{Piece, UnionSource};
use crate::kernels::CastMode;
use crate::kernels::cast::cast;
use crate::kernels::parse::date;
use crate::plan::{SourceSpec, TableSource};
use arrow::array::{ArrayRef, StringViewArray};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The extension of files whose folder says what they are, as Dask and we name them: read where a folder has no others.
const PARTS: &[&str] = &["part"];

/// The value of a key that is null, as other systems write it.
pub const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// How several files are one table.
///
/// # Examples
/// ```
/// use hypostyle::{Frame, ParquetOptions, scan_parquet};
/// use hypostyle::io::FileOptions;
/// let folder = tempfile::tempdir()?;
/// Frame::builder().column("a", [1i64]).finish()?.write_parquet(folder.path().join("1.parquet"))?;
/// Frame::builder().column("b", [0.5]).finish()?.write_parquet(folder.path().join("2.parquet"))?;
/// let files = FileOptions { union_by_name: true, ..FileOptions::default() };
/// let options = ParquetOptions { files, ..ParquetOptions::default() };
/// let both = scan_parquet(folder.path(), options)?.collect()?;
/// assert_eq!(both.shape(), (2, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileOptions {
    /// Whether folders named `key=value` give a column of that name. `None`: those below a folder that is read as a
    /// whole do, those in the path of a file do not.
    pub hive: Option<bool>,
    /// Types of the columns that the names of folders give. The others are whole numbers, dates or truth values if all
    /// of their values are, else text.
    #[serde(with = "by_name")]
    pub hive_types: BTreeMap<String, DType>,
    /// Whether files may have other columns, in any order: a column that a file lacks is null in its rows, and types are
    /// the smallest that hold those of all files. Otherwise that is an error.
    pub union_by_name: bool,
    /// The name of a column, the last one, that holds the file each row comes from.
    pub file_path: Option<String>,
}

/// Types as the names that users write.
mod by_name {
    use crate::data::DType;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;
    use std::collections::BTreeMap;

    pub fn serialize<S: Serializer>(types: &BTreeMap<String, DType>, into: S) -> Result<S::Ok, S::Error> {
        into.collect_map(types.iter().map(|(name, dtype)| (name, dtype.to_string())))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, DType>, D::Error> {
        let names = BTreeMap::<String, String>::deserialize(from)?;
        let parse =
            |(name, dtype): (String, String)| Ok((name, DType::parse(&dtype).map_err(D::Error::custom)?));
        names.into_iter().map(parse).collect()
    }
}

/// Opens files of equal columns as one table.
pub(crate) type Open<'a> = &'a dyn Fn(Vec<InputFile>) -> Result<Arc<dyn TableSource>>;

/// A file, and the keys that the names of its folders give.
#[derive(Debug)]
struct Found {
    file: InputFile,
    keys: Vec<(String, String)>,
}

/// Opens files, patterns and folders as one table. `open` opens files of equal columns.
///
/// # Errors
/// What opening raises; `Shape` or `Type` where files do not fit together, naming the file.
pub(crate) fn open(
    paths: &[PathBuf],
    options: &FileOptions,
    storage: &StorageOptions,
    extensions: &[&str],
    spec: SourceSpec,
    open: Open<'_>,
) -> Result<Arc<dyn TableSource>> {
    let found = find(paths, extensions, options, storage)?;
    let apart = options.union_by_name || options.file_path.is_some();
    if !apart && found.iter().all(|file| file.keys.is_empty()) {
        return open(found.into_iter().map(|found| found.file).collect());
    }
    let names: Vec<String> = found.first().map(|file| names(&file.keys)).unwrap_or_default();
    if let Some(name) = options.hive_types.keys().find(|name| !names.contains(name)) {
        return Err(Error::column_not_found(name, names.iter().map(String::as_str)));
    }
    let guess = |(key, name): (usize, &String)| match options.hive_types.get(name) {
        Some(given) => given.clone(),
        None => value_type(&found, key),
    };
    let types: Vec<DType> = names.iter().enumerate().map(guess).collect();
    let all: Vec<InputFile> = found.iter().map(|found| found.file.clone()).collect();
    InputFile::warm(&all)?;
    let mut pieces: Vec<Piece> = Vec::new();
    for run in found.chunk_by(|a, b| !apart && a.keys == b.keys) {
        let own = self::names(&run[0].keys);
        if own != names {
            let message = format!("the folders give {own:?}, those of the first file {names:?}");
            return Err(Error::new(ErrorKind::Shape, message).file(run[0].file.name()));
        }
        let mut constants = Vec::with_capacity(names.len() + 1);
        for ((name, value), dtype) in run[0].keys.iter().zip(&types) {
            let value = key_value(value, dtype);
            let value = value.map_err(|error| error.column(name.as_str()).file(run[0].file.name()))?;
            constants.push((name.clone(), dtype.clone(), value));
        }
        if let Some(name) = &options.file_path {
            let path = Scalar::from(run[0].file.name().as_str());
            constants.push((name.clone(), DType::String, path));
        }
        let files: Vec<InputFile> = run.iter().map(|found| found.file.clone()).collect();
        let name = files[0].name();
        pieces.push(Piece { source: open(files)?, name, constants });
    }
    Ok(Arc::new(UnionSource::new(pieces, options.union_by_name, spec)?))
}

fn names(keys: &[(String, String)]) -> Vec<String> {
    keys.iter().map(|(name, _)| name.clone()).collect()
}

fn find(
    paths: &[PathBuf],
    extensions: &[&str],
    options: &FileOptions,
    storage: &StorageOptions,
) -> Result<Vec<Found>> {
    if paths.is_empty() {
        return Err(Error::invalid("no path to read").hint("pass one path at least"));
    }
    let mut found = Vec::new();
    for path in paths {
        let before = found.len();
        let hive = options.hive != Some(false);
        let mut folder = false;
        if let Some(url) = url::url(path) {
            folder = objects(url, path, extensions, options, storage, &mut found)?;
        } else if path.is_dir() {
            folder = true;
            walk(path, path, extensions, hive, &mut found)?;
            if found.len() == before {
                walk(path, path, PARTS, hive, &mut found)?;
            }
        }
        if folder && found.len() == before {
            return Err(Error::new(ErrorKind::FileNotFound, "no file of this format in the folder")
                .file(path.display().to_string())
                .hint(format!("files ending in {} are looked for", extensions.join(", "))));
        }
        if folder || found.len() > before {
            continue;
        }
        for file in expand(std::slice::from_ref(path), storage)? {
            let keys = match (options.hive, file.path().parent()) {
                (Some(true), Some(parent)) => keys(parent),
                _ => Vec::new(),
            };
            found.push(Found { file, keys });
        }
    }
    Ok(found)
}

/// The objects below a URL that is a folder; whether it is one. There are no folders in a store: a URL that ends with a
/// slash is meant as such, and so is one that no object has but that some begin with.
fn objects(
    url: &str,
    path: &Path,
    extensions: &[&str],
    options: &FileOptions,
    storage: &StorageOptions,
    found: &mut Vec<Found>,
) -> Result<bool> {
    if url::is_pattern(url) || url.starts_with("http") {
        return Ok(false);
    }
    let own = (!url.ends_with('/')).then(|| InputFile::find(path, storage));
    let missing = match own {
        None => None,
        Some(Err(error)) if error.kind() == ErrorKind::FileNotFound => Some(error),
        Some(file) => {
            let keys = path.parent().filter(|_| options.hive == Some(true)).map(keys);
            found.push(Found { file: file?, keys: keys.unwrap_or_default() });
            return Ok(false);
        }
    };
    let folder = format!("{}/", url.trim_end_matches('/'));
    let Some(objects) = place::objects(path, storage)? else { return Ok(false) };
    let all = in_order(objects.list(&folder)?);
    if let Some(missing) = missing.filter(|_| all.is_empty()) {
        return Err(missing);
    }
    let (hive, before) = (options.hive != Some(false), found.len());
    below(&objects, &folder, &all, extensions, hive, found);
    if found.len() == before {
        below(&objects, &folder, &all, PARTS, hive, found);
    }
    Ok(true)
}

/// As [`walk`], of the objects that were listed.
fn below(
    objects: &Arc<dyn Objects>,
    folder: &str,
    all: &[(String, Facts)],
    extensions: &[&str],
    hive: bool,
    found: &mut Vec<Found>,
) {
    for (url, facts) in all {
        let Some(inner) = url.strip_prefix(folder) else { continue };
        let (parents, name) = inner.rsplit_once('/').unwrap_or(("", inner));
        if inner.split('/').any(|part| part.starts_with(['.', '_'])) || !fits(name, extensions) {
            continue;
        }
        let keys = if hive { keys(Path::new(parents)) } else { Vec::new() };
        found.push(Found {
            file: InputFile::of(Object::new(objects.clone(), url.clone(), facts.clone()), url),
            keys,
        });
    }
}

/// Files below a folder by name and number; what begins with a dot or an underscore is other systems' own.
fn walk(root: &Path, folder: &Path, extensions: &[&str], hive: bool, found: &mut Vec<Found>) -> Result<()> {
    let raised = |error: std::io::Error| Error::io(folder, &error);
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(raised)? {
        entries.push(entry.map_err(raised)?.path());
    }
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    entries.sort_by(|a, b| by_number(&name(a), &name(b)));
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_folder = path.is_dir();
        // Systems that hide such names do read folders of keys that begin with an underscore.
        let is_key = is_folder && hive && name.starts_with('_') && name.contains('=');
        if name.starts_with(['.', '_']) && !is_key {
            continue;
        }
        if is_folder {
            walk(root, &path, extensions, hive, found)?;
        } else if fits(&name, extensions) {
            let below = path.parent().and_then(|parent| parent.strip_prefix(root).ok());
            let keys = below.filter(|_| hive).map(keys).unwrap_or_default();
            found.push(Found { file: InputFile::find(&path, &StorageOptions::default())?, keys });
        }
    }
    Ok(())
}

/// Whether a name ends in one of the extensions, perhaps before one of a compression.
fn fits(name: &str, extensions: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    let inner = inner_name(&name);
    let ends = |name: &str| extensions.iter().any(|extension| name.ends_with(&format!(".{extension}")));
    ends(&name) || ends(inner)
}

fn keys(folders: &Path) -> Vec<(String, String)> {
    let parts = folders.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    let key = |part: Cow<'_, str>| part.split_once('=').map(|(name, value)| (decoded(name), decoded(value)));
    parts.filter_map(key).collect()
}

/// Text without `%` and two digits in place of characters that names of files cannot hold.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Text as the name of a folder can hold it.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' | ' ' | ':' | '+' | '\u{80}'.. => out.push(c),
            _ => out.push_str(&format!("%{:02X}", u32::from(c))),
        }
    }
    out
}

/// The name of a key and its value as the name of a folder. One that begins with a dot or an underscore would be hidden.
pub fn folder_name(key: &str, value: &str) -> String {
    match key.chars().next() {
        Some(first @ ('.' | '_')) => format!("%{:02X}{}={value}", u32::from(first), encoded(&key[1..])),
        _ => format!("{}={value}", encoded(key)),
    }
}

/// The type of a key: whole numbers, dates or truth values if all values are, else text.
fn value_type(found: &[Found], key: usize) -> DType {
    let values = found.iter().filter_map(|file| file.keys.get(key)).map(|(_, value)| value.as_str());
    let mut values = values.filter(|value| *value != NULL).peekable();
    if values.peek().is_none() {
        return DType::String;
    }
    let values: Vec<&str> = values.collect();
    let all = |accepts: &dyn Fn(&str) -> bool| values.iter().all(|value| accepts(value));
    if all(&|value| value.parse::<i64>().is_ok()) {
        DType::Int64
    } else if all(&|value| value.len() == 10 && date(value).is_some()) {
        DType::Date
    } else if all(&|value| matches!(value, "true" | "false")) {
        DType::Bool
    } else {
        DType::String
    }
}

/// The value of a key, as a cast from text gives it.
fn key_value(text: &str, dtype: &DType) -> Result<Scalar> {
    if text == NULL {
        return Ok(Scalar::Null);
    }
    let texts: ArrayRef = Arc::new(StringViewArray::from_iter_values([text]));
    Ok(Scalar::from_array(&cast(&texts, dtype, CastMode::Strict)?, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_hold_any_text() {
        for text in ["", "a b", "a/b=c", "100%", "caf\u{e9}?", "\u{0}\n", "x%2Fy", "..", "~"] {
            assert_eq!(decoded(&encoded(text)), text);
            assert!(!encoded(text).contains(['/', '=', '\\', '\0']));
        }
        assert_eq!(
            keys(Path::new("x/year=2024/a=b%20c/z")),
            [("year", "2024"), ("a", "b c")].map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
        for name in ["_a", ".a", "a", "", "__", "\u{e9}"] {
            let folder = folder_name(name, "1");
            assert!(!folder.starts_with(['.', '_']), "{folder}");
            assert_eq!(keys(Path::new(&folder)), [(name.to_owned(), "1".to_owned())]);
        }
    }

    #[test]
    fn values_of_keys_have_types() {
        let found = |values: &[&str]| -> Vec<Found> {
            let file = |value: &&str| Found {
                file: InputFile::find(Path::new("Cargo.toml"), &StorageOptions::default()).unwrap(),
                keys: vec![("k".into(), (*value).into())],
            };
            values.iter().map(file).collect()
        };
        assert_eq!(value_type(&found(&["1", NULL, "-20"]), 0), DType::Int64);
        assert_eq!(value_type(&found(&["2024-01-31"]), 0), DType::Date);
        assert_eq!(value_type(&found(&["2024-01-31", "1"]), 0), DType::String);
        assert_eq!(value_type(&found(&["true", "false"]), 0), DType::Bool);
        assert_eq!(value_type(&found(&[NULL]), 0), DType::String);
        assert_eq!(key_value("-20", &DType::Int64).unwrap(), Scalar::Int(-20));
        assert_eq!(key_value(NULL, &DType::Date).unwrap(), Scalar::Null);
        assert_eq!(key_value("0.1", &DType::Float64).unwrap(), Scalar::Float(0.1));
        assert_eq!(key_value("x", &DType::Int64).unwrap_err().kind(), ErrorKind::Parse);
    }
}
