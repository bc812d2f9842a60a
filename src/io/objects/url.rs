//! Which paths are URLs, and what their parts say.

use std::path::Path;

/// The text of a path that is a URL: a scheme of two letters at least, so that it is no drive.
pub fn url(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    let (scheme, _) = text.split_once("://")?;
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.len() > 1 && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(word))
        .then_some(text)
}

/// The URL for messages and by which formats are told: without its query, which may hold a key.
pub fn shown(url: &str) -> &str {
    match url.starts_with("http") {
        true => url.split_once(['?', '#']).map_or(url, |(before, _)| before),
        false => url,
    }
}

/// Whether a URL is a pattern. Web servers tell no names, and a question mark is something else to them.
pub fn is_pattern(url: &str) -> bool {
    !url.starts_with("http") && url.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_told_from_paths() {
        let is = |text: &str| url(Path::new(text)).is_some();
        assert!(is("s3://bucket/key") && is("https://host/x.csv?key=1") && is("abfss://a@b/c"));
        assert!(!is("/tmp/x") && !is("c://x") && !is("a/b://c") && !is("x.csv") && !is("://x"));
        assert_eq!(shown("https://host/x.csv?sig=1"), "https://host/x.csv");
        assert_eq!(shown("s3://b/x?y"), "s3://b/x?y");
        assert!(is_pattern("s3://b/*.csv") && !is_pattern("https://h/x?y=[1]"));
    }
}
