//! Compares objects: their properties, and the properties beside those.

use std::collections::{HashMap, HashSet};

use super::Diff;
use super::applied::Applied;
use super::families;
use super::ids::Id;
use super::location::{Direction, Location};
use super::members::{Member, REQUEST_PROPERTY, RESPONSE_PROPERTY};
use super::shape::Shape;
use crate::schema::{Schema, Schemas};
use crate::validate::{Sender, is_sent_by_other};

/// The properties of an object.
#[derive(Default)]
pub struct Members<'c> {
    pub named: Vec<Named<'c>>,
    /// The names of the required properties in the order of the contract.
    pub required: Vec<&'c str>,
    /// The schemas of all other properties. Any if there are none.
    pub additional: Applied,
}

pub struct Named<'c> {
    pub name: &'c str,
    pub schema: Applied,
    /// The location of the property, if the schema describes it.
    pointer: Option<&'c str>,
}

impl<'c> Members<'c> {
    /// Merges the properties of a composition. A property has to conform to every part that describes it.
    pub fn of(parts: &[&'c Schema], schemas: &'c Schemas, sender: Sender) -> Self {
        let mut members = Members::default();
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut slot = |name: &'c str, named: &mut Vec<Named<'c>>| {
            *index.entry(name).or_insert_with(|| {
                named.push(Named {
                    name,
                    schema: Applied::default(),
                    pointer: None,
                });
                named.len() - 1
            })
        };
        let mut required = HashSet::new();
        for schema in parts {
            for property in &schema.properties {
                let slot = slot(&property.name, &mut members.named);
                let named = &mut members.named[slot];
                named.schema.add(property.schema, schemas);
                let pointer = schemas[property.schema].pointer.as_str();
                named.pointer.get_or_insert(pointer);
            }
            for name in &schema.required {
                slot(name, &mut members.named);
                if !is_sent_by_other(schemas, schema, name, sender) && required.insert(name) {
                    members.required.push(name);
                }
            }
        }
        for schema in parts {
            if let Some(id) = schema.additional_properties {
                members.additional.add(id, schemas);
                let own = schema.properties.iter();
                let own: HashSet<_> = own.map(|property| property.name.as_str()).collect();
                let others = members.named.iter_mut();
                others
                    .filter(|named| !own.contains(named.name))
                    .for_each(|named| named.schema.add(id, schemas));
            }
            if let Some(id) = schema.unevaluated_properties {
                members.additional.add(id, schemas);
            }
        }
        members
    }

    pub fn is_unrestricted(&self) -> bool {
        self.named.is_empty() && self.additional.is_any()
    }
}

impl<'c> Diff<'c> {
    pub fn objects(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        let (was, is) = (&old.members, &new.members);
        let pointer = new.pointer;
        let (direction, what) = match (was.is_unrestricted(), is.is_unrestricted()) {
            (true, true) => return,
            (true, false) => (
                Direction::Narrower,
                "may no longer have arbitrary properties",
            ),
            (false, true) => (Direction::Wider, "may now have arbitrary properties"),
            (false, false) if is_map(was, self.old) && is_record(is, self.new) => (
                Direction::Different,
                "is an object with named properties instead of a map",
            ),
            (false, false) if is_record(was, self.old) && is_map(is, self.new) => (
                Direction::Different,
                "is a map instead of an object with named properties",
            ),
            (false, false) => {
                let old_members = members(was, location, old.pointer);
                let new_members = members(is, location, pointer);
                self.members(&old_members, &new_members);
                return self.additional(location, old, new);
            }
        };
        let id = families::PROPERTIES.id(direction, location.sender);
        self.report(location, id, pointer, what.to_owned());
    }

    fn additional(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        let (was, is) = (&old.members.additional, &new.members.additional);
        let never = (
            was.is_never(&self.old.schemas),
            is.is_never(&self.new.schemas),
        );
        let (family, direction) = match (was.is_any(), is.is_any()) {
            (true, true) => return,
            (true, false) if never.1 => (&families::ADDITIONAL, Direction::Narrower),
            (false, true) if never.0 => (&families::ADDITIONAL, Direction::Wider),
            (true, false) => (&families::PROPERTIES, Direction::Narrower),
            (false, true) => (&families::PROPERTIES, Direction::Wider),
            (false, false) => match never {
                (true, true) => return,
                (false, true) => (&families::PROPERTIES, Direction::Narrower),
                (true, false) => (&families::PROPERTIES, Direction::Wider),
                (false, false) => {
                    let (was, is) = (was.clone(), is.clone());
                    return self.schema(location.value(), new.pointer, was, is);
                }
            },
        };
        let what = match direction {
            Direction::Narrower => "is more limited in its additional properties",
            _ => "is less limited in its additional properties",
        };
        let id = family.id(direction, location.sender);
        self.report(location, id, new.pointer, what.to_owned());
    }

    /// Reports another order of required properties, which are the arguments of `new`.
    pub fn required_order(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        let (was, is) = (&old.members.required, &new.members.required);
        if was != is && sorted(was) == sorted(is) {
            let what = "has its required properties in another order".to_owned();
            self.report(location, Id::RequiredReordered, new.pointer, what);
        }
    }
}

fn sorted<'c>(names: &[&'c str]) -> Vec<&'c str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

/// Returns whether an object has only properties with arbitrary names.
fn is_map(members: &Members, contract: &crate::Contract) -> bool {
    let additional = &members.additional;
    members.named.is_empty() && !additional.is_any() && !additional.is_never(&contract.schemas)
}

/// Returns whether an object has only named properties, as far as documented.
fn is_record(members: &Members, contract: &crate::Contract) -> bool {
    let additional = &members.additional;
    !members.named.is_empty() && (additional.is_any() || additional.is_never(&contract.schemas))
}

fn members<'c>(members: &Members<'c>, location: &Location, pointer: &'c str) -> Vec<Member<'c>> {
    let ids = match location.sender {
        Sender::Client => &REQUEST_PROPERTY,
        Sender::Api => &RESPONSE_PROPERTY,
    };
    let required: HashSet<_> = members.required.iter().collect();
    let named = members.named.iter().map(|named| Member {
        ids,
        key: named.name.to_owned(),
        location: location.property(named.name),
        required: required.contains(&named.name),
        pointer: named.pointer.unwrap_or(pointer),
        schema: named.schema.clone(),
    });
    named.collect()
}
