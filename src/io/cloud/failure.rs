//! Errors of object stores as ours: what a user can do something about is told apart, each names its URL.

use crate::error::{Error, ErrorKind};
use crate::io::cloud::address::{Address, Kind};
use crate::io::objects::url::shown;
use object_store::client::{HttpError, HttpErrorKind};

/// The longest message of a server that is passed on.
const LONGEST: usize = 300;
/// Where machines of clouds ask for credentials; nobody else answers there.
const METADATA: &[&str] =
    &["169.254.169.254", "169.254.170.2", "metadata.google.internal", "/metadata/identity/"];

/// An error of a store about a URL.
pub fn failed(error: &object_store::Error, url: &str) -> Error {
    let kind = Address::parse(url).ok().map(|address| address.kind);
    raised(error, url, kind).file(shown(url))
}

fn raised(error: &object_store::Error, url: &str, kind: Option<Kind>) -> Error {
    // The outer errors say what was asked, the innermost what went wrong.
    let all = chain(error).iter().map(ToString::to_string).collect::<Vec<String>>().join("\n");
    let text = innermost(error).replace(url, shown(url));
    if METADATA.iter().any(|address| all.contains(address)) {
        return Error::new(ErrorKind::Io, "there are no credentials").hint(credentials(kind));
    }
    if ["NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist"]
        .iter()
        .any(|code| all.contains(code))
        && kind != Some(Kind::Http)
    {
        return Error::new(ErrorKind::FileNotFound, "there is no such bucket");
    }
    match error {
        object_store::Error::NotFound { .. } => Error::new(
            ErrorKind::FileNotFound,
            if kind == Some(Kind::Http) { "there is no such file" } else { "there is no such object" },
        ),
        object_store::Error::PermissionDenied { .. } => {
            Error::new(ErrorKind::Io, format!("permission denied: {text}")).hint(
                "are the credentials right, and may they do this? some stores say so of what is not there, too",
            )
        }
        object_store::Error::Unauthenticated { .. } => {
            Error::new(ErrorKind::Io, format!("the credentials are missing or wrong: {text}"))
                .hint(credentials(kind))
        }
        object_store::Error::Precondition { .. } | object_store::Error::NotModified { .. } => {
            Error::new(ErrorKind::Corrupt, "the file changed while it was being read").hint("open it again")
        }
        object_store::Error::UnknownConfigurationKey { key, store } => {
            Error::invalid(format!("storage_options: {store} knows no {key:?}"))
        }
        _ => match http_kind(error) {
            Some(HttpErrorKind::Timeout) => {
                Error::new(ErrorKind::Io, format!("{} did not answer in time: {text}", host(&all, url))).hint(
                    "is the address right? storage_options timeout, max_retries and retry_timeout say how long is waited",
                )
            }
            Some(HttpErrorKind::Connect) => {
                let raised = Error::new(ErrorKind::Io, format!("no connection to {}: {text}", host(&all, url)));
                match text.contains("InvalidContentType") || text.contains("certificate") {
                    true => raised.hint("does the server speak TLS, with a certificate that this machine trusts?"),
                    false => raised.hint(match kind {
                        Some(Kind::Http) => "is the address right, and is the server running?",
                        Some(Kind::Amazon) => {
                            "is this machine online, is aws_endpoint_url right, is the server running?"
                        }
                        _ => "is this machine online, is the address right, is the server running?",
                    }),
                }
            }
            _ if text.contains("allow_http") || text.contains("URL scheme is not allowed") => {
                Error::new(ErrorKind::Io, text).hint("pass allow_http=true for a server without encryption")
            }
            _ if text.contains("LOCATION") => {
                Error::new(ErrorKind::Io, text).hint("is aws_region the region of the bucket?")
            }
            _ => Error::new(ErrorKind::Io, text),
        },
    }
}

/// How credentials are given.
fn credentials(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::Amazon) => {
            "pass aws_access_key_id and aws_secret_access_key in storage_options or set the variables of these names in \
             capitals (profiles in ~/.aws are not read); aws_skip_signature=true reads what is public"
        }
        Some(Kind::Google) => {
            "pass google_service_account (a file) in storage_options or set GOOGLE_SERVICE_ACCOUNT; \
             google_skip_signature=true reads what is public"
        }
        Some(Kind::Azure) => {
            "pass azure_storage_account_key or another way in storage_options, or set AZURE_STORAGE_ACCOUNT_KEY; \
             azure_skip_signature=true reads what is public"
        }
        _ => "pass them in storage_options, or set the environment's variables",
    }
}

/// An error and what it comes from.
fn chain<'a>(error: &'a (dyn std::error::Error + 'static)) -> Vec<&'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source()).collect()
}

/// What the last error of the chain says, in few words.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    // What says most is not always last: the first is asked where that is a bare word.
    let own = chain(error).last().map(ToString::to_string).unwrap_or_default();
    let text = words(&if own.len() < 8 { error.to_string() } else { own });
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// An answer without what is for programs: of a body in XML the code and the message, of a page nothing.
fn words(text: &str) -> String {
    let text = text.trim_start_matches("Server returned non-2xx status code: ");
    let text = text.trim_start_matches("Server returned error response: ");
    let Some(start) = text.find('<') else { return text.trim().trim_end_matches(':').to_owned() };
    let (status, body) = text.split_at(start);
    let part = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        Some(rest.split_once('<')?.0.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let status = status.trim().trim_end_matches(':').to_owned();
    let parts = [Some(status), part("Code"), part("Message")].into_iter().flatten();
    parts.filter(|text| !text.is_empty()).collect::<Vec<String>>().join(": ")
}

/// The host that was asked, by the URL in an error's text.
fn host(text: &str, url: &str) -> String {
    let asked = text.split_once("Error performing ").and_then(|(_, rest)| rest.split(' ').nth(1));
    let asked = asked.filter(|asked| asked.contains("://")).unwrap_or(url);
    let rest = asked.split_once("://").map_or(asked, |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    match host.is_empty() {
        true => "the server".to_owned(),
        false => host.to_owned(),
    }
}

/// Whether nobody answered: asking in another way is of no use.
pub fn no_answer(error: &object_store::Error) -> bool {
    matches!(http_kind(error), Some(HttpErrorKind::Timeout | HttpErrorKind::Connect))
}

fn http_kind(error: &(dyn std::error::Error + 'static)) -> Option<HttpErrorKind> {
    chain(error).into_iter().find_map(|error| error.downcast_ref::<HttpError>()).map(HttpError::kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_in_words() {
        let xml = "Server returned non-2xx status code: 400 Bad Request: <?xml version=\"1.0\"?>\n<Error>\
                   <Code>ExpiredToken</Code><Message>The token has expired.</Message></Error>";
        assert_eq!(words(xml), "400 Bad Request: ExpiredToken: The token has expired.");
        assert_eq!(words("Server returned non-2xx status code: 403 Forbidden: "), "403 Forbidden");
        let page = "Server returned non-2xx status code: 502 Bad Gateway: <html><body>no</body></html>";
        assert_eq!(words(page), "502 Bad Gateway");
        assert_eq!(words("Connection refused (os error 111)"), "Connection refused (os error 111)");
    }

    #[test]
    fn hosts_are_found() {
        let text =
            "Generic S3 error: Error performing GET http://127.0.0.1:9/bucket/x in 4ms, after 1 retries - no";
        assert_eq!(host(text, "s3://bucket/x"), "127.0.0.1:9");
        assert_eq!(host("Error performing GET REDACTED in 4ms", "https://h:1/x?y"), "h:1");
    }

    #[test]
    fn missing_credentials_and_buckets_are_told() {
        let failure = |text: &str, url: &str| {
            failed(&object_store::Error::Generic { store: "S3", source: text.to_owned().into() }, url)
        };
        let error =
            failure("Error performing PUT http://169.254.169.254/latest/api/token in 1s - no", "s3://b/x");
        assert!(error.message().contains("no credentials"), "{error}");
        assert!(error.suggestion().unwrap().contains("aws_access_key_id"), "{error}");
        let body =
            "Server returned non-2xx status code: 404 Not Found: <Error><Code>NoSuchBucket</Code></Error>";
        let error = failure(body, "s3://b/x");
        assert_eq!((error.kind(), error.message()), (ErrorKind::FileNotFound, "there is no such bucket"));
    }
}
