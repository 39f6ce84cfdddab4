//! The credentials of a request.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use url::form_urlencoded;

use super::note;
use super::place::Place;
use super::schema::Reader;

/// A security scheme, reduced to where its credentials are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// In the `Authorization` header, with this authentication scheme in lower case, e.g. `bearer`.
    Authorization(String),
    /// In the header with this name.
    Header(String),
    /// In the query parameter with this name.
    Query(String),
    /// In the cookie with this name.
    Cookie(String),
    /// Outside the request, e.g. a client certificate.
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
    let mut security = Security::new();
    for (_, alternative) in place.get("security")?.children() {
        let mut schemes = Vec::new();
        for (name, place) in alternative.children() {
            let scheme = scheme(reader, &name);
            if scheme == Scheme::None {
                let id = note::SECURITY_UNSUPPORTED;
                reader.notes.add(id, &name, &place.pointer);
            }
            schemes.push(scheme);
        }
        security.push(schemes);
    }
    Some(security)
}

/// Returns all schemes that the contract declares.
pub(super) fn schemes(reader: &mut Reader<'_>) -> Vec<Scheme> {
    let components = reader.root.get("components");
    let declared = components.map(|components| components.children_of("securitySchemes"));
    let mut schemes = Vec::new();
    for (name, _) in declared.into_iter().flatten() {
        schemes.push(scheme(reader, &name));
    }
    schemes
}

fn scheme(reader: &mut Reader<'_>, name: &str) -> Scheme {
    let components = reader.root.pointer("/components/securitySchemes");
    let declared = components.and_then(|schemes| schemes.get(name));
    let resolved = declared.map(|scheme| reader.resolved(&scheme));
    let text = |key: &str| resolved.as_ref().and_then(|scheme| scheme.text(key));
    let parameter = text("name").unwrap_or_default().to_owned();
    match (text("type"), text("in")) {
        (Some("http"), _) if text("scheme").is_some() => {
            Scheme::Authorization(text("scheme").unwrap_or_default().to_lowercase())
        }
        (Some("oauth2" | "openIdConnect"), _) => Scheme::Authorization("bearer".to_owned()),
        (Some("apiKey"), Some("header")) => Scheme::Header(parameter),
        (Some("apiKey"), Some("query")) => Scheme::Query(parameter),
        (Some("apiKey"), Some("cookie")) => Scheme::Cookie(parameter),
        _ => Scheme::None,
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

/// A scheme whose credentials a request lacks.
pub(super) struct Lacking<'s> {
    pub scheme: &'s Scheme,
    pub problem: Problem,
}

/// Returns what is wrong with the credentials of a request, by the alternative that it comes closest to.
pub(super) fn problems<'s>(
    security: &'s Security,
    headers: &HeaderMap,
    query: &str,
) -> Vec<Lacking<'s>> {
    let mut closest: Option<Vec<Lacking<'s>>> = None;
    for schemes in security {
        let mut lacking = Vec::new();
        for scheme in schemes {
            if let Some(problem) = scheme.problem(headers, query) {
                lacking.push(Lacking { scheme, problem });
            }
        }
        if closest
            .as_ref()
            .is_none_or(|closest| lacking.len() < closest.len())
        {
            closest = Some(lacking);
        }
    }
    closest.unwrap_or_default()
}

/// Returns whether a request has credentials of any of the schemes.
pub(super) fn has_credentials(security: &Security, headers: &HeaderMap, query: &str) -> bool {
    let mut schemes = security.iter().flatten();
    schemes.any(|scheme| {
        *scheme != Scheme::None && scheme.problem(headers, query) != Some(Problem::Missing)
    })
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
