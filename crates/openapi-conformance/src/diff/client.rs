//! Differences that only programs with the generated client notice: the names of types.

use super::Diff;
use super::applied::Applied;
use super::ids::Id;
use super::location::Location;
use crate::schema::{SchemaId, Schemas, Types};

/// How many references or wrappers lead to a component.
const LONGEST_CHAIN: usize = 16;

/// Returns the name of the component that a composition refers to, or to which null is the alternative.
pub fn component<'c>(applied: &Applied, schemas: &'c Schemas) -> Option<&'c str> {
    let mut id = applied.first()?;
    for _ in 0..LONGEST_CHAIN {
        let schema = &schemas[id];
        let name = schema.pointer.strip_prefix("/components/schemas/");
        if let Some(name) = name.filter(|name| !name.contains('/')) {
            return Some(name);
        }
        let is_null = |id: &&SchemaId| schemas.types(**id) == Types::NULL;
        let alternatives = schema.any_of.iter().chain(&schema.one_of);
        let mut others = alternatives.filter(|id| !is_null(id));
        id = match (schema.reference, &schema.all_of[..]) {
            (Some(target), _) if schema.only_refers => target,
            (None, [part]) => *part,
            (None, []) => match (others.next(), others.next()) {
                (Some(only), None) => *only,
                _ => return None,
            },
            _ => return None,
        };
    }
    None
}

impl Diff<'_> {
    /// Reports a different name of a component. A rename affects a client only, so it never makes schemas unequal.
    pub fn renamed(&mut self, location: &Location, around: &str, old: &Applied, new: &Applied) {
        let was = component(old, &self.old.schemas);
        let is = component(new, &self.new.schemas);
        let (id, what) = match (was, is) {
            (Some(was), Some(is)) if was != is => (
                Id::ComponentRenamed,
                format!("is the component `{is}` instead of `{was}`"),
            ),
            (Some(was), None) => (
                Id::ComponentInlined,
                format!("is an inline schema instead of the component `{was}`"),
            ),
            (None, Some(is)) => (
                Id::ComponentExtracted,
                format!("is the component `{is}` instead of an inline schema"),
            ),
            _ => return,
        };
        let pointer = new.pointer(&self.new.schemas).unwrap_or(around);
        self.report(location, id, pointer, what);
    }
}
