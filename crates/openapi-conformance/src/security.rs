//! The credentials of a request.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use url::form_urlencoded;

use super::note;
use super::place::Place;
use super::schema::Reader;

/// A security scheme, reduced to where its credentials are.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Scheme {
    /// The `Authorization` header with an authentication scheme, e.g. `bearer`.
    Authorization(String),
    Header(String),
    Query(String),
    Cookie(String),
    /// Credentials outside the request, e.g. a client certificate.
    None,
}

/// Alternatives: a request must have the credentials of every scheme of one of them.
pub(super) type Security = Vec<Vec<Scheme>>;

/// What is wrong with the credentials of a scheme.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    Missing,
    Invalid,
}

/// Reads the `security` of a contract or an operation. Returns `None` if it has none of its own.
pub(super) fn read<'a>(reader: &mut Reader<'a>, place: &Place<'a>) -> Option<Security> {
    let security = place.get("security")?;
    let alternatives = security.children().into_iter();
    Some(
        alternatives
            .map(|(_, alternative)| {
                let schemes = alternative.children().into_iter();
                schemes
                    .map(|(name, place)| scheme(reader, &name, &place))
                    .collect()
            })
            .collect(),
    )
}

fn scheme<'a>(reader: &mut Reader<'a>, name: &str, place: &Place<'a>) -> Scheme {
    let declared = reader.root.pointer("/components/securitySchemes");
    let declared = declared.and_then(|schemes| schemes.get(name));
    let declared = declared.map(|scheme| reader.resolved(&scheme));
    let text = |key: &str| declared.as_ref().and_then(|scheme| scheme.text(key));
    let parameter = text("name").unwrap_or_default().to_owned();
    match (text("type"), text("in")) {
        (Some("http"), _) if text("scheme").is_some() => {
            Scheme::Authorization(text("scheme").unwrap_or_default().to_lowercase())
        }
        (Some("oauth2" | "openIdConnect"), _) => Scheme::Authorization("bearer".to_owned()),
        (Some("apiKey"), Some("header")) => Scheme::Header(parameter),
        (Some("apiKey"), Some("query")) => Scheme::Query(parameter),
        (Some("apiKey"), Some("cookie")) => Scheme::Cookie(parameter),
        _ => {
            let id = note::SECURITY_UNSUPPORTED;
            reader.notes.add(id, name, &place.pointer);
            Scheme::None
        }
    }
}

impl Scheme {
    /// Returns the location of the credentials in a request.
    pub fn pointer(&self) -> String {
        match self {
            Scheme::Authorization(_) => "/request/headers/authorization".to_owned(),
            Scheme::Header(name) => format!("/request/headers/{}", name.to_lowercase()),
            Scheme::Query(name) => format!("/request/query/{name}"),
            Scheme::Cookie(name) => format!("/request/cookies/{name}"),
            Scheme::None => "/request".to_owned(),
        }
    }

    fn problem(&self, headers: &HeaderMap, query: &str) -> Option<Problem> {
        let present = match self {
            Scheme::Authorization(scheme) => {
                return match headers.get(AUTHORIZATION) {
                    None => Some(Problem::Missing),
                    Some(value) if credentials(value.as_bytes(), scheme).is_some() => None,
                    Some(_) => Some(Problem::Invalid),
                };
            }
            Scheme::Header(name) => headers.contains_key(name.as_str()),
            Scheme::Query(name) => {
                let mut pairs = form_urlencoded::parse(query.as_bytes());
                pairs.any(|(key, _)| key == name.as_str())
            }
            Scheme::Cookie(name) => cookies(headers).any(|(key, _)| key == name),
            Scheme::None => true,
        };
        (!present).then_some(Problem::Missing)
    }
}

/// Returns what is wrong with the credentials of a request. If no alternative fits, the first one is meant.
pub(super) fn problem<'s>(
    security: &'s Security,
    headers: &HeaderMap,
    query: &str,
) -> Option<(&'s Scheme, Problem)> {
    let mut first = None;
    for schemes in security {
        let mut problems = schemes
            .iter()
            .filter_map(|scheme| Some((scheme, scheme.problem(headers, query)?)));
        match problems.next() {
            None => return None,
            problem => first = first.or(problem),
        }
    }
    first
}

/// Returns the cookies of a request.
pub(super) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let headers = headers.get_all(COOKIE).iter();
    let pairs = headers.filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// Returns the credentials of an `Authorization` header if it has this authentication scheme.
fn credentials<'a>(value: &'a [u8], scheme: &str) -> Option<&'a [u8]> {
    let (name, rest) = value.split_at_checked(scheme.len())?;
    let credentials = rest.strip_prefix(b" ")?;
    (name.eq_ignore_ascii_case(scheme.as_bytes()) && !credentials.is_empty()).then_some(credentials)
}
