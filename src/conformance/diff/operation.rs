//! Compares an operation or an event with its old version.

use super::ids::Id;
use super::members::{Member, PARAMETER, RESPONSE_HEADER};
use super::spot::Spot;
use super::{Diff, Kind};
use crate::conformance::operation::{In, Operation, Parameter};
use crate::conformance::schema::Schema;
use crate::conformance::walk::Writer;

/// Returns the method and the path as sent over the wire, where parameter names do not matter.
pub fn address(operation: &Operation) -> (&str, String) {
    let mut shape = String::new();
    for (index, part) in operation.path.split('{').enumerate() {
        if index > 0 {
            shape.push_str("{}");
        }
        let after = part.split_once('}').filter(|_| index > 0);
        shape.push_str(after.map_or(part, |(_, after)| after));
    }
    (operation.method.as_str(), shape)
}

impl<'c> Diff<'c> {
    pub fn whole(&mut self, operation: &Operation, kind: Kind, id: Id, what: &str) {
        let spot = match kind {
            Kind::Call => Spot::new(Writer::Caller, "the operation"),
            Kind::Event => Spot::new(Writer::Api, "the event"),
        };
        self.report(&spot, id, &operation.pointer, what.to_owned());
    }

    pub fn pair(&mut self, old: &'c Operation, new: &'c Operation, kind: Kind) {
        let moved = address(old) != address(new);
        if moved {
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
        let (sender, body) = match kind {
            Kind::Call => (Writer::Caller, "the request"),
            Kind::Event => (Writer::Api, "the event"),
        };
        // Parameters of different paths cannot be paired, and a changed path is breaking anyway.
        let of = |operation| parameters(operation, sender, moved);
        self.members(&of(old), &of(new));
        let (added, removed) = match kind {
            Kind::Call => (Id::RequestBodyAdded, Id::RequestBodyRemoved),
            Kind::Event => (Id::EventBodyAdded, Id::EventBodyRemoved),
        };
        self.body(
            &Spot::new(sender, body),
            (
                old.request.as_ref(),
                &format!("{}/requestBody", old.pointer),
            ),
            (
                new.request.as_ref(),
                &format!("{}/requestBody", new.pointer),
            ),
            added,
            removed,
        );
        self.responses(old, new, kind);
        self.list(old, new);
    }

    /// Compares whole bodies.
    pub fn body(
        &mut self,
        spot: &Spot,
        (old, old_pointer): (Option<&'c Schema>, &str),
        (new, new_pointer): (Option<&'c Schema>, &str),
        added: Id,
        removed: Id,
    ) {
        match (old, new) {
            (Some(was), Some(is)) => self.schema(spot, was, is),
            (Some(_), None) => {
                let what = "no longer has a body".to_owned();
                self.report(spot, removed, old_pointer, what);
            }
            (None, Some(_)) => {
                self.report(spot, added, new_pointer, "now has a body".to_owned());
            }
            (None, None) => {}
        }
    }

    fn list(&mut self, old: &'c Operation, new: &'c Operation) {
        let spot = Spot::new(Writer::Api, "the list");
        match (&old.list, &new.list) {
            (Some(was), Some(is)) if was.names() != is.names() => {
                let (was, is) = (was.names().join("`, `"), is.names().join("`, `"));
                let what = format!("paginates by `{is}` instead of `{was}`");
                let pointer = format!("{}/x-cursor-list", new.pointer);
                self.report(&spot, Id::PaginationChanged, &pointer, what);
            }
            (Some(_), None) => {
                let pointer = format!("{}/x-cursor-list", old.pointer);
                let what = "no longer has cursor pagination".to_owned();
                self.report(&spot, Id::PaginationRemoved, &pointer, what);
            }
            (None, Some(_)) => {
                let pointer = format!("{}/x-cursor-list", new.pointer);
                let what = "now has cursor pagination".to_owned();
                self.report(&spot, Id::PaginationAdded, &pointer, what);
            }
            _ => {}
        }
    }
}

/// Returns the parameters. Path parameters are identified by position.
fn parameters(operation: &Operation, writer: Writer, moved: bool) -> Vec<Member<'_>> {
    let position = |name: &str| operation.path.find(&format!("{{{name}}}"));
    let key = |parameter: &Parameter| match parameter.place {
        In::Path => {
            let before = &operation.path[..position(&parameter.name)?];
            Some(format!("path {}", before.matches('{').count()))
        }
        In::Query => Some(format!("query {}", parameter.name)),
        In::Header => Some(format!("header {}", parameter.name.to_lowercase())),
    };
    let ids = match writer {
        Writer::Caller => &PARAMETER,
        Writer::Api => &RESPONSE_HEADER,
    };
    let members = operation.parameters.iter().filter_map(|parameter| {
        let whole = match parameter.place {
            In::Header => format!("the header `{}`", parameter.name),
            _ => format!("the parameter `{}`", parameter.name),
        };
        Some(Member {
            key: key(parameter)?,
            ids,
            spot: Spot::new(writer, whole),
            required: parameter.required,
            pointer: &parameter.pointer,
            schemas: vec![&parameter.schema],
            default: parameter.default.as_ref(),
        })
    });
    members
        .filter(|member| !(moved && member.key.starts_with("path ")))
        .collect()
}
