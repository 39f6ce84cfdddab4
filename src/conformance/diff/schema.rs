//! Compares a schema with its old version, through references.

use super::Diff;
use super::ids::Id;
use super::members::{Member, REQUEST_PROPERTY, RESPONSE_PROPERTY};
use super::spot::{Spot, Turn};
use crate::conformance::schema::{Components, Kind, More, Schema};
use crate::conformance::walk::Writer;

/// The properties of an object.
enum Fields<'c> {
    Any,
    Of(&'c Schema),
    Named(Vec<Member<'c>>),
}

impl<'c> Diff<'c> {
    pub fn schema(&mut self, spot: &Spot, old: &'c Schema, new: &'c Schema) {
        let pointer = &new.pointer;
        let (old, was_nullable) = resolved(old, &self.old.components);
        let (new, is_nullable) = resolved(new, &self.new.components);
        match (was_nullable, is_nullable) {
            (true, false) => {
                let what = "may no longer be null".to_owned();
                let id = match spot.writer {
                    Writer::Caller => Id::RequestNullDisallowed,
                    Writer::Api => Id::ResponseNullDisallowed,
                };
                self.report(spot, id, pointer, what);
            }
            (false, true) => {
                let what = "may now be null".to_owned();
                let id = match spot.writer {
                    Writer::Caller => Id::RequestNullAllowed,
                    Writer::Api => Id::ResponseNullAllowed,
                };
                self.report(spot, id, pointer, what);
            }
            _ => {}
        }
        let pair = (spot.writer, old.pointer.as_str(), new.pointer.as_str());
        if !self.visited.insert(pair) {
            return;
        }
        let pointer = &new.pointer;
        match (&old.kind, &new.kind) {
            (Kind::List(was), Kind::List(is)) => self.schema(&spot.item(), was, is),
            (Kind::Text(was), Kind::Text(is)) => self.text(spot, pointer, was, is),
            (Kind::Boolean, Kind::Boolean) => {}
            (Kind::Integer(was) | Kind::Number(was), Kind::Integer(is) | Kind::Number(is)) => {
                let was = (was, matches!(old.kind, Kind::Integer(_)));
                let is = (is, matches!(new.kind, Kind::Integer(_)));
                match (was.1, is.1) {
                    (true, false) => self.another_type(spot, Turn::Wider, old, new),
                    (false, true) => self.another_type(spot, Turn::Narrower, old, new),
                    _ => {}
                }
                self.bounds(spot, pointer, was, is);
            }
            _ => {
                let was = fields(old, spot, &self.old.components);
                let is = fields(new, spot, &self.new.components);
                match (was, is) {
                    (Some(was), Some(is)) => self.fields(spot, pointer, was, is),
                    _ => self.another_type(spot, Turn::Another, old, new),
                }
            }
        }
    }

    fn another_type(&mut self, spot: &Spot, turn: Turn, old: &Schema, new: &Schema) {
        let what = format!("is {} instead of {}", new.name(), old.name());
        self.report(spot, type_id(turn, spot.writer), &new.pointer, what);
    }

    fn fields(&mut self, spot: &Spot, pointer: &str, old: Fields<'c>, new: Fields<'c>) {
        let (turn, what) = match (old, new) {
            (Fields::Named(was), Fields::Named(is)) => return self.members(&was, &is),
            (Fields::Of(was), Fields::Of(is)) => return self.schema(&spot.value(), was, is),
            (Fields::Any, Fields::Any) => return,
            (Fields::Any, _) => (Turn::Narrower, "may no longer have arbitrary properties"),
            (_, Fields::Any) => (Turn::Wider, "may now have arbitrary properties"),
            (Fields::Named(_), Fields::Of(_)) => (
                Turn::Another,
                "is a map instead of an object with named properties",
            ),
            (Fields::Of(_), Fields::Named(_)) => (
                Turn::Another,
                "is an object with named properties instead of a map",
            ),
        };
        let id = match (turn, spot.writer) {
            (Turn::Narrower, Writer::Caller) => Id::RequestPropertiesRestricted,
            (Turn::Wider, Writer::Caller) => Id::RequestPropertiesUnrestricted,
            (Turn::Narrower, Writer::Api) => Id::ResponsePropertiesRestricted,
            (Turn::Wider, Writer::Api) => Id::ResponsePropertiesUnrestricted,
            (Turn::Another, _) => Id::TypeChanged,
        };
        self.report(spot, id, pointer, what.to_owned());
    }
}

/// Returns the id of a changed type, or of a composition of more or fewer schemas.
pub fn type_id(turn: Turn, writer: Writer) -> Id {
    match (turn, writer) {
        (Turn::Narrower, Writer::Caller) => Id::RequestTypeNarrowed,
        (Turn::Wider, Writer::Caller) => Id::RequestTypeWidened,
        (Turn::Narrower, Writer::Api) => Id::ResponseTypeNarrowed,
        (Turn::Wider, Writer::Api) => Id::ResponseTypeWidened,
        (Turn::Another, _) => Id::TypeChanged,
    }
}

/// Follows references. Returns the schema, and whether any schema on the way is nullable.
fn resolved<'c>(schema: &'c Schema, components: &'c Components) -> (&'c Schema, bool) {
    let behind = match &schema.kind {
        Kind::Component(name) => components.get(name),
        Kind::All(parts) if parts.len() == 1 => parts.first(),
        _ => None,
    };
    let Some(behind) = behind else {
        return (schema, schema.nullable);
    };
    let (target, nullable) = resolved(behind, components);
    (target, nullable || schema.nullable)
}

/// Returns the properties of a resolved schema, or `None` if it is not an object.
fn fields<'c>(schema: &'c Schema, spot: &Spot, components: &'c Components) -> Option<Fields<'c>> {
    match &schema.kind {
        Kind::Object { properties, more } => Some(match more {
            More::Any => Fields::Any,
            More::Of(values) => Fields::Of(values),
            More::None => {
                let ids = match spot.writer {
                    Writer::Caller => &REQUEST_PROPERTY,
                    Writer::Api => &RESPONSE_PROPERTY,
                };
                let named = properties.iter().map(|property| Member {
                    ids,
                    key: property.name.clone(),
                    spot: spot.property(&property.name),
                    required: property.required,
                    pointer: &property.schema.pointer,
                    schemas: vec![&property.schema],
                    default: None,
                });
                Fields::Named(named.collect())
            }
        }),
        Kind::All(parts) => {
            let parts = parts.iter().map(|part| resolved(part, components).0);
            let parts: Option<Vec<_>> = parts.map(|part| fields(part, spot, components)).collect();
            parts.map(|parts| merged(parts, components))
        }
        _ => None,
    }
}

/// Merges a composition. Each part adds to the others.
fn merged<'c>(parts: Vec<Fields<'c>>, components: &'c Components) -> Fields<'c> {
    let mut named: Vec<Member<'c>> = Vec::new();
    let mut other = Fields::Any;
    for part in parts {
        match part {
            Fields::Any => {}
            Fields::Of(values) => other = Fields::Of(values),
            Fields::Named(members) => {
                for member in members {
                    match named.iter_mut().find(|other| other.key == member.key) {
                        Some(known) => {
                            known.required |= member.required;
                            known.schemas.extend(member.schemas);
                        }
                        None => named.push(member),
                    }
                }
            }
        }
    }
    if named.is_empty() {
        return other;
    }
    for member in &mut named {
        // An object with arbitrary properties adds nothing to a schema that names them.
        let says = |schema: &&Schema| !is_any(resolved(schema, components).0);
        if member.schemas.iter().any(says) {
            member.schemas.retain(says);
        }
    }
    Fields::Named(named)
}

fn is_any(schema: &Schema) -> bool {
    matches!(
        schema.kind,
        Kind::Object {
            more: More::Any,
            ..
        }
    )
}
