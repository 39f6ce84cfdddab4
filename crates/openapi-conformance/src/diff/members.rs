//! Compares named parts: parameters, headers and properties.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Diff;
use super::applied::Applied;
use super::ids::{self, Id};
use super::keywords::constraint;
use super::lifecycle::{self, Lifecycle, LifecycleIds};
use super::location::{Direction, Location};
use super::shape::{Members, Named, Shape};
use crate::Contract;
use crate::schema::{SchemaId, Schemas};
use crate::validate::{Sender, equal_values};

/// A parameter, a header or a property.
#[derive(Clone)]
pub struct Member<'c> {
    /// Identifies the member in both contracts.
    pub key: String,
    pub ids: &'static MemberIds,
    pub location: Location,
    pub required: bool,
    /// The value that is assumed if the member is missing.
    pub default: Option<&'c Value>,
    pub lifecycle: Lifecycle<'c>,
    pub pointer: &'c str,
    pub schema: Applied,
}

/// The ids of the changes that a kind of member can have.
pub struct MemberIds {
    removed: Id,
    added: Id,
    required_added: Id,
    required: Id,
    optional: Id,
    default_added: Id,
    default_changed: Id,
    default_removed: Id,
    lifecycle: &'static LifecycleIds,
}

pub const PARAMETER: MemberIds = MemberIds {
    removed: Id::ParameterRemoved,
    added: Id::ParameterAdded,
    required_added: Id::RequiredParameterAdded,
    required: Id::ParameterRequired,
    optional: Id::ParameterOptional,
    default_added: Id::ParameterDefaultAdded,
    default_changed: Id::ParameterDefaultChanged,
    default_removed: Id::ParameterDefaultRemoved,
    lifecycle: &lifecycle::PARAMETER,
};

pub const RESPONSE_HEADER: MemberIds = MemberIds {
    removed: Id::ResponseHeaderRemoved,
    added: Id::ResponseHeaderAdded,
    required_added: Id::ResponseHeaderAdded,
    required: Id::ResponseHeaderRequired,
    optional: Id::ResponseHeaderOptional,
    default_added: Id::ResponsePropertyDefaultChanged,
    default_changed: Id::ResponsePropertyDefaultChanged,
    default_removed: Id::ResponsePropertyDefaultChanged,
    lifecycle: &lifecycle::PARAMETER,
};

const REQUEST_PROPERTY: MemberIds = MemberIds {
    removed: Id::RequestPropertyRemoved,
    added: Id::RequestPropertyAdded,
    required_added: Id::RequiredRequestPropertyAdded,
    required: Id::RequestPropertyRequired,
    optional: Id::RequestPropertyOptional,
    default_added: Id::RequestPropertyDefaultAdded,
    default_changed: Id::RequestPropertyDefaultChanged,
    default_removed: Id::RequestPropertyDefaultRemoved,
    lifecycle: &lifecycle::PROPERTY,
};

const RESPONSE_PROPERTY: MemberIds = MemberIds {
    removed: Id::ResponsePropertyRemoved,
    added: Id::ResponsePropertyAdded,
    required_added: Id::ResponsePropertyAdded,
    required: Id::ResponsePropertyRequired,
    optional: Id::ResponsePropertyOptional,
    default_added: Id::ResponsePropertyDefaultChanged,
    default_changed: Id::ResponsePropertyDefaultChanged,
    default_removed: Id::ResponsePropertyDefaultChanged,
    lifecycle: &lifecycle::PROPERTY,
};

impl<'c> Diff<'c> {
    /// Compares members by their keys, which are unique on each side.
    pub fn members(&mut self, old: &[Member<'c>], new: &[Member<'c>]) {
        let mut current: HashMap<&str, &Member> = HashMap::new();
        for member in new {
            current.insert(&member.key, member);
        }
        let mut known: HashSet<&str> = HashSet::new();
        for before in old {
            known.insert(&before.key);
            match current.get(&*before.key) {
                Some(after) => {
                    self.member(before, after);
                    let (old_schema, new_schema) = (before.schema.clone(), after.schema.clone());
                    self.schema(
                        after.location.clone(),
                        after.pointer,
                        old_schema,
                        new_schema,
                    );
                }
                None => {
                    let Member { ids, location, .. } = before;
                    let lifecycle = before.lifecycle;
                    self.removed(
                        location,
                        lifecycle,
                        ids.lifecycle,
                        ids.removed,
                        before.pointer,
                    );
                }
            }
        }
        for after in new {
            if known.contains(&*after.key) {
                continue;
            }
            let (id, what) = if after.required && after.location.sender == Sender::Client {
                (after.ids.required_added, "is added and is required")
            } else {
                (after.ids.added, "is added")
            };
            self.report(&after.location, id, after.pointer, what.to_owned());
        }
    }

    /// Compares everything but the schemas.
    pub fn member(&mut self, old: &Member<'c>, new: &Member<'c>) {
        let Member { ids, location, .. } = new;
        match (old.required, new.required) {
            (true, false) => {
                let what = "becomes optional".to_owned();
                self.report(location, ids.optional, new.pointer, what);
            }
            (false, true) => {
                let what = "becomes required".to_owned();
                self.report(location, ids.required, new.pointer, what);
            }
            (false, false) => self.default(old, new),
            (true, true) => {}
        }
        self.lifecycle(
            location,
            ids.lifecycle,
            new.pointer,
            old.lifecycle,
            new.lifecycle,
        );
    }

    fn default(&mut self, old: &Member<'c>, new: &Member<'c>) {
        let id = match (old.default, new.default) {
            (None, None) => return,
            (Some(before), Some(after)) if equal_values(before, after) => return,
            (None, Some(_)) => new.ids.default_added,
            (Some(_), Some(_)) => new.ids.default_changed,
            (Some(_), None) => new.ids.default_removed,
        };
        let what = constraint("default", old.default, new.default);
        self.report(&new.location, id, new.pointer, what);
    }

    pub fn objects(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        if self.schemas.is_relating() {
            return self.relate_objects(location, old, new);
        }
        let (before, after) = (&old.members, &new.members);
        if before.is_empty() && after.is_empty() {
            return;
        }
        let (direction, what) = match (before.is_unrestricted(), after.is_unrestricted()) {
            (true, true) => return,
            (true, false) => (
                Direction::Narrower,
                "may no longer have arbitrary properties",
            ),
            (false, true) => (Direction::Wider, "may now have arbitrary properties"),
            (false, false) if is_map(before, self.old) && is_record(after, self.new) => (
                Direction::Different,
                "is an object with named properties instead of a map",
            ),
            (false, false) if is_record(before, self.old) && is_map(after, self.new) => (
                Direction::Different,
                "is a map instead of an object with named properties",
            ),
            (false, false) => {
                let old_members = properties(before, location, old.pointer, &self.old.schemas);
                let new_members = properties(after, location, new.pointer, &self.new.schemas);
                self.members(&old_members, &new_members);
                return self.additional(location, old, new);
            }
        };
        self.differ(location, &ids::PROPERTIES, direction, new.pointer, || {
            what.to_owned()
        });
    }

    fn additional(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        let (before, after) = (&old.members.additional, &new.members.additional);
        let old_is_never = before.is_never(&self.old.schemas);
        let new_is_never = after.is_never(&self.new.schemas);
        let (family, direction) = match (before.is_any(), after.is_any()) {
            (true, true) => return,
            (true, false) if new_is_never => (&ids::ADDITIONAL, Direction::Narrower),
            (false, true) if old_is_never => (&ids::ADDITIONAL, Direction::Wider),
            (true, false) => (&ids::PROPERTIES, Direction::Narrower),
            (false, true) => (&ids::PROPERTIES, Direction::Wider),
            (false, false) => match (old_is_never, new_is_never) {
                (true, true) => return,
                (false, true) => (&ids::PROPERTIES, Direction::Narrower),
                (true, false) => (&ids::PROPERTIES, Direction::Wider),
                (false, false) => {
                    let (before, after) = (before.clone(), after.clone());
                    return self.schema(location.value(), new.pointer, before, after);
                }
            },
        };
        self.differ(location, family, direction, new.pointer, || {
            let more = if direction == Direction::Narrower {
                "more"
            } else {
                "less"
            };
            format!("is {more} limited in its additional properties")
        });
    }

    /// Relates objects by the values that they allow.
    fn relate_objects(&mut self, location: &Location, old: &Shape<'c>, new: &Shape<'c>) {
        let (before, after) = (&old.members, &new.members);
        let pointer = new.pointer;
        let sets = self.schemas.relates_sets();
        let old_required: HashSet<_> = before.required.iter().collect();
        let new_required: HashSet<_> = after.required.iter().collect();
        if !old_required.is_superset(&new_required) {
            self.schemas.relates(Direction::Narrower);
        }
        if !new_required.is_superset(&old_required) {
            self.schemas.relates(Direction::Wider);
        }
        let other = |members: &Members| -> Option<Applied> {
            let is_closed = !sets && !members.named.is_empty() && members.additional.is_any();
            (!is_closed).then(|| members.additional.clone())
        };
        let (old_other, new_other) = (other(before), other(after));
        let mut current: HashMap<&str, &Named> = HashMap::new();
        for named in &after.named {
            current.insert(named.name, named);
        }
        for named in &before.named {
            let schema = match current.remove(named.name) {
                Some(after) => Some(after.schema.clone()),
                None => new_other.clone(),
            };
            match schema {
                Some(schema) => {
                    self.schema(location.clone(), pointer, named.schema.clone(), schema)
                }
                None => _ = self.schemas.relates(Direction::Narrower),
            }
        }
        for named in &after.named {
            if !current.contains_key(named.name) {
                continue;
            }
            match &old_other {
                Some(schema) => {
                    self.schema(
                        location.clone(),
                        pointer,
                        schema.clone(),
                        named.schema.clone(),
                    );
                }
                None => _ = self.schemas.relates(Direction::Wider),
            }
        }
        match (old_other, new_other) {
            (Some(before), Some(after)) => self.schema(location.clone(), pointer, before, after),
            (Some(before), None) if !before.is_never(&self.old.schemas) => {
                self.schemas.relates(Direction::Narrower);
            }
            (None, Some(after)) if !after.is_never(&self.new.schemas) => {
                self.schemas.relates(Direction::Wider);
            }
            _ => {}
        }
    }
}

/// The maximum number of schemas that are searched for a default.
const MAX_DEFAULT_STEPS: usize = 64;

/// Returns the default of a schema, or of those that it refers to or is composed of.
pub fn default(schemas: &Schemas, id: SchemaId) -> Option<&Value> {
    let mut open = vec![id];
    for _ in 0..MAX_DEFAULT_STEPS {
        let schema = &schemas[open.pop()?];
        if schema.default.is_some() {
            return schema.default.as_ref();
        }
        open.extend(schema.all_of.iter().rev());
        open.extend(schema.reference);
    }
    None
}

/// Returns whether an object has only properties with arbitrary names.
fn is_map(members: &Members, contract: &Contract) -> bool {
    let additional = &members.additional;
    members.named.is_empty() && !additional.is_any() && !additional.is_never(&contract.schemas)
}

/// Returns whether an object has only named properties, as far as documented.
fn is_record(members: &Members, contract: &Contract) -> bool {
    let additional = &members.additional;
    !members.named.is_empty() && (additional.is_any() || additional.is_never(&contract.schemas))
}

fn properties<'c>(
    members: &Members<'c>,
    location: &Location,
    pointer: &'c str,
    schemas: &'c Schemas,
) -> Vec<Member<'c>> {
    let ids = match location.sender {
        Sender::Client => &REQUEST_PROPERTY,
        Sender::Api => &RESPONSE_PROPERTY,
    };
    let required: HashSet<_> = members.required.iter().collect();
    let mut properties = Vec::new();
    for named in &members.named {
        let described = named.described.map(|id| &schemas[id]);
        properties.push(Member {
            ids,
            key: named.name.to_owned(),
            location: location.property(named.name),
            required: required.contains(&named.name),
            default: named.described.and_then(|id| default(schemas, id)),
            lifecycle: named
                .described
                .map(|id| Lifecycle::of_schema(schemas, id))
                .unwrap_or_default(),
            pointer: described.map_or(pointer, |schema| &schema.pointer),
            schema: named.schema.clone(),
        });
    }
    properties
}
