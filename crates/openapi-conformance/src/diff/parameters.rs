//! Compares the parameters of an operation and the headers of responses.

use super::applied::Applied;
use super::ids::Id;
use super::location::Location;
use super::members::{Member, MemberIds, PARAMETER, RESPONSE_HEADER, constraint};
use super::{Diff, Kind};
use crate::operation::{DocumentedResponse, Operation};
use crate::parameter::{In, Parameter};
use crate::validate::{Sender, equal_values};

impl<'c> Diff<'c> {
    /// Compares parameters. Those in different paths cannot be paired, and a changed path is breaking anyway.
    pub fn parameters(
        &mut self,
        old: &'c Operation,
        new: &'c Operation,
        kind: Kind,
        is_moved: bool,
    ) {
        let sender = match kind {
            Kind::Call => Sender::Client,
            Kind::Event => Sender::Api,
        };
        let of = |operation: &'c Operation| {
            let parameters = operation.parameters.iter();
            let parameters =
                parameters.filter(|parameter| !is_moved || parameter.place != In::Path);
            let members = parameters.filter_map(|parameter| {
                let whole = match parameter.place {
                    In::Header => format!("the header `{}`", parameter.name),
                    In::Cookie => format!("the cookie `{}`", parameter.name),
                    _ => format!("the parameter `{}`", parameter.name),
                };
                let location = Location::new(sender, whole);
                Some((
                    member(key(operation, parameter)?, location, parameter),
                    parameter,
                ))
            });
            members.collect()
        };
        self.written(of(old), of(new));
    }

    pub fn response_headers(
        &mut self,
        sender: Sender,
        old: &'c DocumentedResponse,
        new: &'c DocumentedResponse,
    ) {
        let of = |response: &'c DocumentedResponse| {
            let headers = response.headers.iter().map(|header| {
                let whole = format!("the response header `{}`", header.name);
                let location = Location::new(sender, whole);
                (member(header.name.to_lowercase(), location, header), header)
            });
            headers.collect()
        };
        self.written(of(old), of(new));
    }

    fn written(
        &mut self,
        old: Vec<(Member<'c>, &'c Parameter)>,
        new: Vec<(Member<'c>, &'c Parameter)>,
    ) {
        let members = |all: &[(Member<'c>, &Parameter)]| -> Vec<Member<'c>> {
            all.iter().map(|(member, _)| member.clone()).collect()
        };
        self.members(&members(&old), &members(&new));
        for (now, is) in &new {
            let mut before = old.iter().filter(|(member, _)| member.key == now.key);
            if let Some((_, was)) = before.next() {
                self.parameter(&now.location, was, is);
            }
        }
    }

    fn parameter(&mut self, location: &Location, old: &Parameter, new: &Parameter) {
        let pointer = &new.pointer;
        if !new.is_written_like(old) {
            let what = "is written differently".to_owned();
            self.report(location, Id::ParameterStyleChanged, pointer, what);
        }
        if new.place == In::Path && old.name != new.name {
            let what = format!("was named `{}`", old.name);
            self.report(location, Id::PathParameterRenamed, pointer, what);
        }
        if location.sender == Sender::Api {
            return;
        }
        if !old.required && !new.required {
            self.default(location, old, new);
        }
        if new.place == In::Query {
            let was = self.old.schemas.maximum(old.schema);
            let is = self.new.schemas.maximum(new.schema);
            let id = match (was, is) {
                (Some(_), None) => Id::ParameterMaximumRemoved,
                (None, Some(_)) => Id::ParameterMaximumAdded,
                _ => return,
            };
            let what = constraint("constant for its maximum", was, is);
            self.report(location, id, pointer, what);
        }
    }

    fn default(&mut self, location: &Location, old: &Parameter, new: &Parameter) {
        let (was, is) = (old.default.as_ref(), new.default.as_ref());
        let id = match (was, is) {
            (None, None) => return,
            (Some(was), Some(is)) if equal_values(was, is) => return,
            (None, Some(_)) => Id::ParameterDefaultAdded,
            (Some(_), Some(_)) => Id::ParameterDefaultChanged,
            (Some(_), None) => Id::ParameterDefaultRemoved,
        };
        let what = constraint("default", was, is);
        self.report(location, id, &new.pointer, what);
    }
}

fn member(key: String, location: Location, parameter: &Parameter) -> Member<'_> {
    let ids: &'static MemberIds = match location.sender {
        Sender::Client => &PARAMETER,
        Sender::Api => &RESPONSE_HEADER,
    };
    Member {
        key,
        ids,
        location,
        required: parameter.required,
        pointer: &parameter.pointer,
        schema: Applied::of(parameter.schema),
    }
}

/// Identifies a parameter in both contracts. Path parameters are identified by position.
fn key(operation: &Operation, parameter: &Parameter) -> Option<String> {
    Some(match parameter.place {
        In::Path => {
            let index = operation.path.find(&format!("{{{}}}", parameter.name))?;
            let before = &operation.path[..index];
            format!("path {}", before.matches('{').count())
        }
        In::Query => format!("query {}", parameter.name),
        In::Header => format!("header {}", parameter.name.to_lowercase()),
        In::Cookie => format!("cookie {}", parameter.name),
    })
}
