//! Just enough of Rust's grammar to hold source files to rules: tokens, test parts, paths.

/// One word or sign of the code; comments and the insides of literals are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Word(String),
    Sign(char),
    Literal,
}

/// A source file: where it is, its text, and its tokens with their lines.
pub struct Source {
    /// Path from the source root with `/`, such as `exec/join/build.rs`.
    pub path: String,
    pub text: String,
    /// Tokens outside of `#[cfg(test)]` items, with their lines from 1.
    pub tokens: Vec<(Token, usize)>,
    /// Tokens of `#[cfg(test)]` items.
    pub test_tokens: Vec<(Token, usize)>,
    /// Paths outside of `#[cfg(test)]` items.
    pub paths: Vec<Path>,
}

/// A path of names as written: `crate::data::Frame`, its last part `*` for a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub names: Vec<String>,
    pub line: usize,
    pub is_use: bool,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        let (tokens, test_tokens) = split_tests(lex(text));
        let paths = paths(&tokens);
        Source { path: path.to_string(), text: text.to_string(), tokens, test_tokens, paths }
    }

    /// Whether the whole file is tests.
    pub fn is_tests(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        ["tests.rs", "testing.rs"].contains(&name) || name.ends_with("_tests.rs")
    }

    /// The room: the first part of the path.
    pub fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// The names of the module this file is, from the crate's root.
    pub fn module(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.path.trim_end_matches(".rs").split('/').map(str::to_string).collect();
        if matches!(names.last().map(String::as_str), Some("mod" | "lib")) {
            names.pop();
        }
        names
    }

    /// Every path that starts at the crate's root, `crate` left off; `super` and `self` are resolved.
    pub fn crate_paths(&self) -> Vec<Path> {
        let module = self.module();
        let resolve = |path: Path| {
            let mut base = match path.names.first()?.as_str() {
                "crate" => Vec::new(),
                "self" | "super" => module.clone(),
                _ => return None,
            };
            for name in path.names {
                match name.as_str() {
                    "super" => drop(base.pop()),
                    "crate" | "self" => {}
                    _ => base.push(name),
                }
            }
            Some(Path { names: base, line: path.line, is_use: path.is_use })
        };
        self.paths.iter().cloned().filter_map(resolve).collect()
    }
}

fn lex(text: &str) -> Vec<(Token, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    let starts = |at: usize, what: &str| what.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    while at < chars.len() {
        let (begin, first_line) = (at, line);
        let c = chars[at];
        if c.is_whitespace() {
            at += 1;
        } else if starts(at, "//") {
            at = (at..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len());
        } else if starts(at, "/*") {
            let mut depth = 0;
            loop {
                match () {
                    () if starts(at, "/*") => (depth, at) = (depth + 1, at + 2),
                    () if starts(at, "*/") => (depth, at) = (depth - 1, at + 2),
                    () => at += 1,
                }
                if depth == 0 || at >= chars.len() {
                    break;
                }
            }
        } else if let Some(end) = literal(&chars, at) {
            at = end;
            tokens.push((Token::Literal, first_line));
        } else if c == '_' || c.is_alphanumeric() {
            let end = (at..chars.len()).find(|&i| chars[i] != '_' && !chars[i].is_alphanumeric());
            at = end.unwrap_or(chars.len());
            tokens.push((Token::Word(chars[begin..at].iter().collect()), first_line));
        } else {
            at += 1;
            tokens.push((Token::Sign(c), first_line));
        }
        line += chars[begin..at.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// Where a string, byte string, raw string or character literal that starts here ends.
fn literal(chars: &[char], start: usize) -> Option<usize> {
    let mut at = start;
    if start > 0 && (chars[start - 1] == '_' || chars[start - 1].is_alphanumeric()) {
        return None;
    }
    while matches!(chars.get(at), Some('b' | 'c')) && at < start + 1 {
        at += 1;
    }
    if chars.get(at) == Some(&'r') {
        let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
        let open = at + 1 + hashes;
        if chars.get(open) != Some(&'"') {
            return None;
        }
        let closes =
            |i: &usize| chars[*i] == '"' && (1..=hashes).all(|hash| chars.get(i + hash) == Some(&'#'));
        return Some((open + 1..chars.len()).find(closes).map_or(chars.len(), |i| i + 1 + hashes));
    }
    let quote = *chars.get(at)?;
    if quote == '\'' {
        // 'a' is a character, 'a without a closing quote a lifetime.
        let escaped = chars.get(at + 1) == Some(&'\\');
        if !escaped && chars.get(at + 2) != Some(&'\'') {
            return None;
        }
    } else if quote != '"' {
        return None;
    }
    at += 1;
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    Some(at + 1)
}

type Tokens = Vec<(Token, usize)>;

fn word(tokens: &[(Token, usize)], at: usize) -> Option<&str> {
    match tokens.get(at) {
        Some((Token::Word(word), _)) => Some(word),
        _ => None,
    }
}

fn sign(tokens: &[(Token, usize)], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some((Token::Sign(found), _)) if *found == sign)
}

/// Parts the tokens of `#[cfg(test)]` items from the others.
fn split_tests(tokens: Tokens) -> (Tokens, Tokens) {
    let (mut code, mut tests, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        if is_test_attribute(&tokens, at) {
            let end = item_end(&tokens, at);
            tests.extend_from_slice(&tokens[at..end]);
            at = end;
        } else {
            code.push(tokens[at].clone());
            at += 1;
        }
    }
    (code, tests)
}

fn is_test_attribute(tokens: &[(Token, usize)], at: usize) -> bool {
    let condition = matches!(
        (word(tokens, at + 4), word(tokens, at + 6)),
        (Some("test"), _) | (Some("all"), Some("test"))
    );
    sign(tokens, at, '#') && sign(tokens, at + 1, '[') && word(tokens, at + 2) == Some("cfg") && condition
}

/// The end of the item that starts here: its semicolon or its closing brace, whichever comes first.
fn item_end(tokens: &[(Token, usize)], start: usize) -> usize {
    let mut depth = 0;
    for (at, (token, _)) in tokens.iter().enumerate().skip(start) {
        match token {
            Token::Sign('{' | '(' | '[') => depth += 1,
            Token::Sign(closing @ ('}' | ')' | ']')) => {
                depth -= 1;
                if depth == 0 && *closing == '}' {
                    return at + 1;
                }
            }
            Token::Sign(';') if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Every path of two names or more, those of `use` trees one by one.
pub fn paths(tokens: &[(Token, usize)]) -> Vec<Path> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let line = tokens[at].1;
        if word(tokens, at) == Some("use") && (word(tokens, at + 1).is_some() || sign(tokens, at + 1, ':')) {
            at += 1;
            use_tree(tokens, &mut at, &[], line, &mut found);
        } else if let Some(first) = word(tokens, at) {
            let mut names = vec![first.to_string()];
            while sign(tokens, at + 1, ':') && sign(tokens, at + 2, ':') {
                let Some(name) = word(tokens, at + 3) else { break };
                names.push(name.to_string());
                at += 3;
            }
            at += 1;
            if names.len() > 1 {
                found.push(Path { names, line, is_use: false });
            }
        } else {
            at += 1;
        }
    }
    found
}

fn use_tree(
    tokens: &[(Token, usize)],
    at: &mut usize,
    prefix: &[String],
    line: usize,
    found: &mut Vec<Path>,
) {
    let mut names = prefix.to_vec();
    loop {
        while sign(tokens, *at, ':') {
            *at += 1;
        }
        if let Some(name) = word(tokens, *at) {
            *at += 1;
            if name == "as" {
                *at += 1;
                break;
            }
            names.push(name.to_string());
        } else if sign(tokens, *at, '*') {
            *at += 1;
            names.push("*".to_string());
        } else if sign(tokens, *at, '{') {
            *at += 1;
            while *at < tokens.len() && !sign(tokens, *at, '}') {
                use_tree(tokens, at, &names, line, found);
                if sign(tokens, *at, ',') {
                    *at += 1;
                }
            }
            *at += 1;
            return;
        } else {
            break;
        }
    }
    if names.last().is_some_and(|name| name == "self") && names.len() > 1 {
        names.pop();
    }
    found.push(Path { names, line, is_use: true });
}
