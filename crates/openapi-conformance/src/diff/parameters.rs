//! Compares the parameters of an operation and the headers of responses.

use std::collections::HashMap;

use super::applied::Applied;
use super::ids::{self, Id};
use super::lifecycle::Lifecycle;
use super::location::{Direction, Location};
use super::members::{self, Member, PARAMETER, RESPONSE_HEADER};
use super::{Contract, Diff, Kind};
use crate::operation::{DocumentedResponse, Operation};
use crate::parameter::{In, Parameter};
use crate::schema::{Schema, Types};
use crate::validate::Sender;

/// A parameter of one side, and what it has in common with properties.
struct Described<'c> {
    parameter: &'c Parameter,
    member: Member<'c>,
}

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
        let described = |contract: &'c Contract, operation: &'c Operation| {
            let mut all = Vec::new();
            for parameter in &operation.parameters {
                if is_moved && parameter.place == In::Path {
                    continue;
                }
                let whole = match parameter.place {
                    In::Header => format!("the header `{}`", parameter.name),
                    In::Cookie => format!("the cookie `{}`", parameter.name),
                    In::Path | In::Query => format!("the parameter `{}`", parameter.name),
                };
                let location = Location::new(sender, whole);
                all.push(Described {
                    parameter,
                    member: member(contract, key(operation, parameter), location, parameter),
                });
            }
            all
        };
        self.written(described(self.old, old), described(self.new, new));
    }

    pub fn response_headers(
        &mut self,
        sender: Sender,
        old: &'c DocumentedResponse,
        new: &'c DocumentedResponse,
    ) {
        let described = |contract: &'c Contract, response: &'c DocumentedResponse| {
            let mut all = Vec::new();
            for header in &response.headers {
                let whole = format!("the response header `{}`", header.name);
                let location = Location::new(sender, whole);
                let key = header.name.to_lowercase();
                all.push(Described {
                    parameter: header,
                    member: member(contract, key, location, header),
                });
            }
            all
        };
        self.written(described(self.old, old), described(self.new, new));
    }

    /// Compares what is written as text.
    fn written(&mut self, old: Vec<Described<'c>>, new: Vec<Described<'c>>) {
        let mut positions: HashMap<String, usize> = HashMap::new();
        for (index, before) in old.iter().enumerate() {
            positions.insert(before.member.key.clone(), index);
        }
        let mut old_members: Vec<Member> = Vec::new();
        for Described { member, .. } in &old {
            old_members.push(member.clone());
        }
        let mut new_members: Vec<Member> = Vec::new();
        for mut after in new {
            if let Some(index) = positions.get(&after.member.key) {
                let old_schema = &mut old_members[*index].schema;
                self.style(&old[*index], &mut after, old_schema);
                self.parameter_names(
                    &after.member.location,
                    old[*index].parameter,
                    after.parameter,
                );
            }
            new_members.push(after.member);
        }
        self.members(&old_members, &new_members);
    }

    /// Compares how a parameter is written. A single value is written like an array with one item.
    fn style(&mut self, old: &Described<'c>, new: &mut Described<'c>, old_schema: &mut Applied) {
        let (location, pointer) = (&new.member.location, new.member.pointer);
        let before = self.array(self.old, old.parameter);
        let after = self.array(self.new, new.parameter);
        match (before, after) {
            (None, Some(array)) if is_scalar(self.old, old.parameter) => {
                let direction = repeated(array, Direction::Wider);
                self.differ(location, &ids::TYPE, direction, pointer, || {
                    "may now have several values".to_owned()
                });
                new.member.schema = items(array);
            }
            (Some(array), None) if is_scalar(self.new, new.parameter) => {
                *old_schema = items(array);
                let direction = repeated(array, Direction::Narrower);
                self.differ(location, &ids::TYPE, direction, pointer, || {
                    "may no longer have several values".to_owned()
                });
            }
            _ if !new.parameter.is_written_like(old.parameter) => {
                let what = "is written differently".to_owned();
                self.report(location, Id::ParameterStyleChanged, pointer, what);
            }
            _ => {}
        }
    }

    /// Returns the schema of an array whose items are written one by one.
    fn array(&self, contract: &'c Contract, parameter: &Parameter) -> Option<&'c Schema> {
        if !parameter.is_repeated() {
            return None;
        }
        Some(&contract.schemas[contract.schemas.resolve(parameter.schema)])
    }
}

fn is_scalar(contract: &Contract, parameter: &Parameter) -> bool {
    let types = contract.schemas.types(parameter.schema);
    parameter.is_text() && !types.intersects(Types::ARRAY.or(Types::OBJECT))
}

fn items(array: &Schema) -> Applied {
    array.items.map_or(Applied::default(), Applied::of)
}

/// Returns the direction of a value that becomes an array, or the reverse, if one item is valid.
fn repeated(array: &Schema, direction: Direction) -> Direction {
    if array.min_items.unwrap_or(0) > 1 || array.max_items == Some(0) {
        return Direction::Different;
    }
    direction
}

fn member<'c>(
    contract: &'c Contract,
    key: String,
    mut location: Location,
    parameter: &'c Parameter,
) -> Member<'c> {
    location.is_text = parameter.is_text();
    let ids = match location.sender {
        Sender::Client => &PARAMETER,
        Sender::Api => &RESPONSE_HEADER,
    };
    Member {
        key,
        ids,
        location,
        required: parameter.required,
        default: members::default(&contract.schemas, parameter.schema),
        lifecycle: Lifecycle::of_parameter(parameter),
        pointer: &parameter.pointer,
        schema: Applied::of(parameter.schema),
    }
}

/// Identifies a parameter in both contracts. Path parameters are identified by position, those that are not in the path by
/// name.
fn key(operation: &Operation, parameter: &Parameter) -> String {
    let name = &parameter.name;
    match parameter.place {
        In::Path => match operation.path.split_once(&format!("{{{name}}}")) {
            Some((before, _)) => format!("path {}", before.matches('{').count()),
            None => format!("path {{{name}}}"),
        },
        In::Query => format!("query {name}"),
        In::Header => format!("header {}", name.to_lowercase()),
        In::Cookie => format!("cookie {name}"),
    }
}
