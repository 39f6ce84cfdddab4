//! Compares an operation or an event with its old version.

use super::ids::Id;
use super::location::Location;
use super::{Diff, Kind};
use crate::operation::Operation;
use crate::validate::Sender;

impl<'c> Diff<'c> {
    pub fn whole(&mut self, operation: &Operation, kind: Kind, id: Id, what: &str) {
        let location = match kind {
            Kind::Call => Location::new(Sender::Client, "the operation"),
            Kind::Event => Location::new(Sender::Api, "the event"),
        };
        self.report(&location, id, &operation.pointer, what.to_owned());
    }

    pub fn paired(&mut self, old: &'c Operation, new: &'c Operation, kind: Kind, is_moved: bool) {
        if is_moved {
            let what = match kind {
                Kind::Call => format!(
                    "moves from {} {} to {} {}",
                    old.method, old.path, new.method, new.path
                ),
                Kind::Event if new.path == old.path => {
                    format!("has the method {} instead of {}", new.method, old.method)
                }
                Kind::Event => format!("has the type `{}` instead of `{}`", new.path, old.path),
            };
            let id = match kind {
                Kind::Call => Id::OperationMoved,
                Kind::Event => Id::EventTypeChanged,
            };
            self.whole(new, kind, id, &what);
        }
        // The name of an event in the client is its type.
        if kind == Kind::Call && old.id() != new.id() {
            let what = format!("has the name `{}` instead of `{}`", new.id(), old.id());
            self.whole(new, kind, Id::OperationIdChanged, &what);
        }
        if kind == Kind::Call {
            self.security(old, new);
        }
        self.parameters(old, new, kind, is_moved);
        self.request_body(old, new, kind);
        self.compare_pending();
        self.responses(old, new, kind);
        self.compare_pending();
        self.list(old, new);
    }

    fn list(&mut self, old: &'c Operation, new: &'c Operation) {
        let location = Location::new(Sender::Api, "the list");
        let (id, list, what) = match (&old.list, &new.list) {
            (Some(was), Some(is)) if was.names() != is.names() => {
                let (was, now) = (was.names().join("`, `"), is.names().join("`, `"));
                let what = format!("paginates by `{now}` instead of `{was}`");
                (Id::PaginationChanged, is, what)
            }
            (Some(was), None) => {
                let what = "no longer has cursor pagination".to_owned();
                (Id::PaginationRemoved, was, what)
            }
            (None, Some(is)) => {
                let what = "now has cursor pagination".to_owned();
                (Id::PaginationAdded, is, what)
            }
            _ => return,
        };
        self.report(&location, id, &list.pointer, what);
    }
}
