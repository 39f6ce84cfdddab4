//! Compares named parts: parameters, headers, properties.

use super::Diff;
use super::applied::Applied;
use super::ids::Id;
use super::location::Location;
use crate::validate::Sender;

/// A parameter, a header or a property.
#[derive(Clone)]
pub struct Member<'c> {
    /// Identifies the member in both contracts.
    pub key: String,
    pub ids: &'static MemberIds,
    pub location: Location,
    pub required: bool,
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
}

pub const PARAMETER: MemberIds = MemberIds {
    removed: Id::ParameterRemoved,
    added: Id::ParameterAdded,
    required_added: Id::RequiredParameterAdded,
    required: Id::ParameterRequired,
    optional: Id::ParameterOptional,
};

pub const RESPONSE_HEADER: MemberIds = MemberIds {
    removed: Id::ResponseHeaderRemoved,
    added: Id::ResponseHeaderAdded,
    required_added: Id::ResponseHeaderAdded,
    required: Id::ResponseHeaderRequired,
    optional: Id::ResponseHeaderOptional,
};

pub const REQUEST_PROPERTY: MemberIds = MemberIds {
    removed: Id::RequestPropertyRemoved,
    added: Id::RequestPropertyAdded,
    required_added: Id::RequiredRequestPropertyAdded,
    required: Id::RequestPropertyRequired,
    optional: Id::RequestPropertyOptional,
};

pub const RESPONSE_PROPERTY: MemberIds = MemberIds {
    removed: Id::ResponsePropertyRemoved,
    added: Id::ResponsePropertyAdded,
    required_added: Id::ResponsePropertyAdded,
    required: Id::ResponsePropertyRequired,
    optional: Id::ResponsePropertyOptional,
};

impl<'c> Diff<'c> {
    /// Compares members by their keys, which are unique on each side.
    pub fn members(&mut self, old: &[Member<'c>], new: &[Member<'c>]) {
        let index = |members: &[Member<'c>]| -> std::collections::HashMap<String, usize> {
            let keys = members.iter().enumerate();
            keys.map(|(index, member)| (member.key.clone(), index))
                .collect()
        };
        let (known, current) = (index(old), index(new));
        for before in old {
            match current.get(&before.key) {
                Some(now) => self.member(before, &new[*now]),
                None => {
                    let what = "is removed".to_owned();
                    self.report(&before.location, before.ids.removed, before.pointer, what);
                }
            }
        }
        for now in new {
            if known.contains_key(&now.key) {
                continue;
            }
            let (id, what) = match now.location.sender {
                Sender::Client if now.required => {
                    (now.ids.required_added, "is added and is required")
                }
                _ => (now.ids.added, "is added"),
            };
            self.report(&now.location, id, now.pointer, what.to_owned());
        }
    }

    fn member(&mut self, old: &Member<'c>, new: &Member<'c>) {
        let location = &new.location;
        match (old.required, new.required) {
            (true, false) => {
                let what = "becomes optional".to_owned();
                self.report(location, new.ids.optional, new.pointer, what);
            }
            (false, true) => {
                let what = "becomes required".to_owned();
                self.report(location, new.ids.required, new.pointer, what);
            }
            _ => {}
        }
        let (was, is) = (old.schema.clone(), new.schema.clone());
        self.schema(location.clone(), new.pointer, was, is);
    }
}

/// Describes a constraint that was added, removed or changed.
pub fn constraint(
    name: &str,
    old: Option<impl std::fmt::Display>,
    new: Option<impl std::fmt::Display>,
) -> String {
    match (old, new) {
        (Some(old), Some(new)) => format!("has the {name} `{new}` instead of `{old}`"),
        (None, Some(new)) => format!("now has the {name} `{new}`"),
        (Some(old), None) => format!("no longer has the {name} `{old}`"),
        (None, None) => format!("has no {name}"),
    }
}
