//! Compares the credentials of requests.

use super::Diff;
use super::ids::Id;
use super::location::Location;
use crate::operation::Operation;
use crate::security::{Scheme, Security};
use crate::validate::Sender;

impl<'c> Diff<'c> {
    /// Compares the alternatives of which a request must have one.
    pub fn security(&mut self, old: &'c Operation, new: &'c Operation) {
        let (was, is) = (normal(&old.security), normal(&new.security));
        let none = |all: &[Vec<Scheme>]| all.iter().any(Vec::is_empty);
        // Credentials are still sufficient if an alternative requires no others.
        let covered = |all: &[Vec<Scheme>], by: &[Vec<Scheme>]| {
            let is_enough = |own: &Vec<Scheme>, other: &Vec<Scheme>| {
                other.iter().all(|scheme| own.contains(scheme))
            };
            all.iter()
                .all(|own| by.iter().any(|other| is_enough(own, other)))
        };
        let (id, what) = match (none(&was), none(&is)) {
            (true, false) => (Id::CredentialsRequired, "now needs credentials"),
            (false, true) => (Id::CredentialsOptional, "no longer needs credentials"),
            _ => match (covered(&was, &is), covered(&is, &was)) {
                (true, true) => return,
                (true, false) => (Id::CredentialsAdded, "also accepts other credentials"),
                (false, _) => (Id::CredentialsChanged, "needs other credentials"),
            },
        };
        let location = Location::new(Sender::Client, "the request");
        let exists = self.new.json().pointer(&new.security_pointer).is_some();
        let pointer = match exists {
            true => &new.security_pointer,
            false => &new.pointer,
        };
        self.report(&location, id, pointer, what.to_owned());
    }
}

/// Without alternatives, a request needs no credentials.
fn normal(security: &Security) -> Vec<Vec<Scheme>> {
    if security.is_empty() {
        return vec![Vec::new()];
    }
    let lower = |scheme: &Scheme| match scheme {
        Scheme::Header(name) => Scheme::Header(name.to_lowercase()),
        other => other.clone(),
    };
    security
        .iter()
        .map(|schemes| schemes.iter().map(lower).collect())
        .collect()
}
