//! Errors of object stores as ours: what a user can do something about is told apart, each names its URL.

use crate::error::{Error, ErrorKind};
use crate::io::objects::url::shown;
use object_store::client::{HttpError, HttpErrorKind};

/// The longest message of a server that is passed on.
const LONGEST: usize = 300;

/// An error of a store about a URL.
pub fn failed(error: &object_store::Error, url: &str) -> Error {
    let text = innermost(error).replace(url, shown(url));
    let raised = match error {
        object_store::Error::NotFound { .. } if text.contains("NoSuchBucket") => {
            Error::new(ErrorKind::FileNotFound, "there is no such bucket")
        }
        object_store::Error::NotFound { .. } => {
            Error::new(ErrorKind::FileNotFound, "there is no such object")
        }
        object_store::Error::PermissionDenied { .. } => Error::new(
            ErrorKind::Io,
            format!("permission denied: {text}"),
        )
        .hint(
            "are the credentials right, and may they do this? some stores say so of what is not there, too",
        ),
        object_store::Error::Unauthenticated { .. } => {
            Error::new(ErrorKind::Io, format!("the credentials are missing or wrong: {text}"))
                .hint("pass them in storage_options, or set the environment's variables")
        }
        object_store::Error::Precondition { .. } | object_store::Error::NotModified { .. } => {
            Error::new(ErrorKind::Corrupt, "the file changed while it was being read").hint("open it again")
        }
        object_store::Error::UnknownConfigurationKey { key, store } => {
            Error::invalid(format!("storage_options: {store} knows no {key:?}"))
        }
        _ => match http_kind(error) {
            Some(HttpErrorKind::Timeout) => Error::new(ErrorKind::Io, format!("timed out: {text}"))
                .hint("storage_options timeout, max_retries and retry_timeout say how long is waited"),
            Some(HttpErrorKind::Connect) => Error::new(ErrorKind::Io, format!("no connection: {text}")),
            _ if text.contains("allow_http") || text.contains("URL scheme is not allowed") => {
                Error::new(ErrorKind::Io, text).hint("pass allow_http=true for a server without encryption")
            }
            _ if text.contains("LOCATION") => {
                Error::new(ErrorKind::Io, text).hint("is aws_region the region of the bucket?")
            }
            _ if text.contains("169.254.169.254") => Error::new(ErrorKind::Io, text)
                .hint("no credentials were found; pass them, or aws_skip_signature=true for what is public"),
            _ => Error::new(ErrorKind::Io, text),
        },
    };
    raised.file(shown(url))
}

/// What the last error of the chain says, in few words.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    // What says most is not always last: the one before is asked where that is a bare word.
    let own = last.to_string();
    let text = if own.len() < 8 { error.to_string() } else { own };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn http_kind(error: &(dyn std::error::Error + 'static)) -> Option<HttpErrorKind> {
    let mut next = Some(error);
    while let Some(found) = next {
        if let Some(http) = found.downcast_ref::<HttpError>() {
            return Some(http.kind());
        }
        next = found.source();
    }
    None
}
