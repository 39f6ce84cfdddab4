//! Compares named parts: parameters, headers, properties.

use serde_json::Value;

use super::Diff;
use super::ids::Id;
use super::schema::type_id;
use super::spot::{Spot, Turn};
use crate::conformance::schema::Schema;
use crate::conformance::walk::Writer;

/// A parameter, a header or a property.
pub struct Member<'c> {
    /// Identifies the member in both contracts.
    pub key: String,
    pub ids: &'static MemberIds,
    pub spot: Spot,
    pub required: bool,
    pub pointer: &'c str,
    /// The schemas that apply together. Only a composition has more than one.
    pub schemas: Vec<&'c Schema>,
    pub default: Option<&'c Value>,
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
    pub fn members(&mut self, old: &[Member<'c>], new: &[Member<'c>]) {
        for before in old {
            match new.iter().find(|member| member.key == before.key) {
                Some(now) => self.member(before, now),
                None => {
                    let what = "is removed".to_owned();
                    self.report(&before.spot, before.ids.removed, before.pointer, what);
                }
            }
        }
        for now in new {
            if old.iter().any(|member| member.key == now.key) {
                continue;
            }
            let (id, what) = match now.spot.writer {
                Writer::Caller if now.required => {
                    (now.ids.required_added, "is added and is required")
                }
                _ => (now.ids.added, "is added"),
            };
            self.report(&now.spot, id, now.pointer, what.to_owned());
        }
    }

    fn member(&mut self, old: &Member<'c>, new: &Member<'c>) {
        let spot = &new.spot;
        match (old.required, new.required) {
            (true, false) => {
                let what = "becomes optional".to_owned();
                self.report(spot, new.ids.optional, new.pointer, what);
            }
            (false, true) => {
                let what = "becomes required".to_owned();
                self.report(spot, new.ids.required, new.pointer, what);
            }
            _ => {}
        }
        if spot.writer == Writer::Caller && !old.required && !new.required {
            self.default(old, new);
        }
        for (before, now) in old.schemas.iter().zip(&new.schemas) {
            self.schema(spot, before, now);
        }
        let (was, is) = (old.schemas.len(), new.schemas.len());
        if was != is {
            let turn = if was < is {
                Turn::Narrower
            } else {
                Turn::Wider
            };
            let what = format!("is composed of {is} schemas instead of {was}");
            self.report(spot, type_id(turn, spot.writer), new.pointer, what);
        }
    }

    fn default(&mut self, old: &Member<'c>, new: &Member<'c>) {
        if old.default == new.default {
            return;
        }
        let id = match (old.default, new.default) {
            (None, _) => Id::ParameterDefaultAdded,
            (Some(_), Some(_)) => Id::ParameterDefaultChanged,
            (Some(_), None) => Id::ParameterDefaultRemoved,
        };
        let what = constraint("default", old.default, new.default);
        self.report(&new.spot, id, new.pointer, what);
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
