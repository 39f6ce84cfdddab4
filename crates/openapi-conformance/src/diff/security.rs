//! Compares the credentials of requests, and where they are obtained.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ids::Id;
use super::location::Location;
use super::{Contract, Diff};
use crate::operation::Operation;
use crate::security::Scheme;
use crate::validate::Sender;

/// The credentials of a scheme that a request needs.
struct Credentials<'c> {
    scheme: Scheme,
    /// The name of the scheme in the contract.
    name: &'c str,
    /// The scopes that they must have.
    scopes: BTreeSet<&'c str>,
}

/// The keys of an OAuth flow that are URLs.
const URLS: [&str; 3] = ["authorizationUrl", "tokenUrl", "refreshUrl"];

impl Credentials<'_> {
    /// Returns true if the same credentials are sufficient for another scheme.
    fn are_enough_for(&self, other: &Credentials) -> bool {
        self.scheme == other.scheme && self.scopes.is_superset(&other.scopes)
    }
}

/// Alternatives: a request must have all credentials of one of them.
type Alternatives<'c> = Vec<Vec<Credentials<'c>>>;

/// Returns whether the credentials of every alternative are sufficient for one of `others`.
fn are_enough(all: &Alternatives, others: &Alternatives) -> bool {
    let is_enough = |credentials: &Vec<Credentials>, other: &Vec<Credentials>| {
        other.iter().all(|needed| {
            let mut known = credentials.iter();
            known.any(|credentials| credentials.are_enough_for(needed))
        })
    };
    all.iter()
        .all(|credentials| others.iter().any(|other| is_enough(credentials, other)))
}

impl<'c> Diff<'c> {
    /// Compares the alternatives of which a request must have one.
    pub fn security(&mut self, old: &'c Operation, new: &'c Operation) {
        let before = alternatives(old);
        let after = alternatives(new);
        self.sources(&before, &after);
        let is_optional = |all: &Alternatives| all.iter().any(Vec::is_empty);
        let needed = described(&after);
        let (id, what) = match (is_optional(&before), is_optional(&after)) {
            (true, false) => (
                Id::CredentialsRequired,
                format!("now needs credentials: {needed}"),
            ),
            (false, true) => (
                Id::CredentialsOptional,
                "no longer needs credentials".to_owned(),
            ),
            _ => match (are_enough(&before, &after), are_enough(&after, &before)) {
                (true, true) => return,
                (true, false) => (
                    Id::CredentialsAdded,
                    format!("also accepts other credentials: {needed}"),
                ),
                (false, _) => (
                    Id::CredentialsChanged,
                    format!(
                        "needs other credentials: {needed}, instead of {}",
                        described(&before)
                    ),
                ),
            },
        };
        let location = Location::new(Sender::Client, "the request");
        let exists = self.new.json().pointer(&new.security_pointer).is_some();
        let pointer = if exists {
            &new.security_pointer
        } else {
            &new.pointer
        };
        self.report(&location, id, pointer, what);
    }

    /// Compares the OAuth flows and URLs of schemes that are used on both sides.
    fn sources(&mut self, old: &Alternatives<'c>, new: &Alternatives<'c>) {
        for after in new.iter().flatten() {
            let mut known = old.iter().flatten();
            if known.any(|before| before.name == after.name && before.scheme == after.scheme) {
                self.scheme(after.name);
            }
        }
    }

    fn scheme(&mut self, name: &str) {
        let pointer = format!("/components/securitySchemes/{}", crate::place::escape(name));
        let (old, new) = (self.old, self.new);
        if old.security_schemes.get(name) == new.security_schemes.get(name) {
            return;
        }
        let (Some(old), Some(new)) = (declared(old, name), declared(new, name)) else {
            return;
        };
        let location = Location::new(Sender::Client, format!("the security scheme `{name}`"));
        self.url(&location, &pointer, old, new, "openIdConnectUrl");
        let empty = serde_json::Map::new();
        let before = old["flows"].as_object().unwrap_or(&empty);
        let after = new["flows"].as_object().unwrap_or(&empty);
        for (flow, old) in before {
            match after.get(flow) {
                Some(new) => self.flow(&location, &format!("{pointer}/flows/{flow}"), old, new),
                None => {
                    let what = format!("no longer has the flow `{flow}`");
                    let pointer = format!("{pointer}/flows/{flow}");
                    self.report(&location, Id::OauthFlowRemoved, &pointer, what);
                }
            }
        }
        for flow in after.keys() {
            if !before.contains_key(flow) {
                let what = format!("now has the flow `{flow}`");
                let pointer = format!("{pointer}/flows/{flow}");
                self.report(&location, Id::OauthFlowAdded, &pointer, what);
            }
        }
    }

    fn flow(&mut self, location: &Location, pointer: &str, old: &Value, new: &Value) {
        for key in URLS {
            self.url(location, pointer, old, new, key);
        }
        let scopes = |flow: &Value| -> BTreeSet<String> {
            let scopes = flow["scopes"].as_object();
            scopes
                .into_iter()
                .flat_map(|scopes| scopes.keys().cloned())
                .collect()
        };
        let (before, after) = (scopes(old), scopes(new));
        for scope in before.difference(&after) {
            let what = format!("no longer offers the scope `{scope}`");
            self.report(location, Id::OauthScopeRemoved, pointer, what);
        }
        for scope in after.difference(&before) {
            let what = format!("now offers the scope `{scope}`");
            self.report(location, Id::OauthScopeAdded, pointer, what);
        }
    }

    fn url(&mut self, location: &Location, pointer: &str, old: &Value, new: &Value, key: &str) {
        let (before, after) = (old[key].as_str(), new[key].as_str());
        if before != after {
            let what = super::keywords::constraint(key, before, after);
            self.report(location, Id::CredentialsUrlChanged, pointer, what);
        }
    }
}

/// Follows the references of a security scheme.
fn declared<'c>(contract: &'c Contract, name: &str) -> Option<&'c Value> {
    let mut scheme = contract.security_schemes.get(name)?;
    for _ in 0..16 {
        let Some(reference) = scheme["$ref"].as_str() else {
            return Some(scheme);
        };
        scheme = contract.json().pointer(reference.strip_prefix('#')?)?;
    }
    None
}

/// Returns the credentials of an operation. Without alternatives, a request needs none.
fn alternatives(operation: &Operation) -> Alternatives<'_> {
    if operation.security.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, schemes) in operation.security.iter().enumerate() {
        let named = operation.requirements[index].as_object();
        let mut credentials = Vec::new();
        for (scheme, (name, scopes)) in schemes.iter().zip(named.into_iter().flatten()) {
            let scheme = match scheme {
                Scheme::Header(name) => Scheme::Header(name.to_lowercase()),
                other => other.clone(),
            };
            let scopes = scopes.as_array().into_iter().flatten();
            credentials.push(Credentials {
                scheme,
                name,
                scopes: scopes.filter_map(Value::as_str).collect(),
            });
        }
        all.push(credentials);
    }
    all
}

fn described(all: &Alternatives) -> String {
    let mut alternatives = Vec::new();
    for credentials in all {
        let mut names = Vec::new();
        for Credentials { name, scopes, .. } in credentials {
            let quoted: Vec<_> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
            let what = match quoted.len() {
                0 => String::new(),
                1 => format!(" with the scope {}", quoted[0]),
                _ => format!(" with the scopes {}", quoted.join(", ")),
            };
            names.push(format!("`{name}`{what}"));
        }
        alternatives.push(if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(" and ")
        });
    }
    alternatives.join(" or ")
}
