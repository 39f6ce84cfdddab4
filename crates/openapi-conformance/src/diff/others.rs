//! Keywords that are compared as a whole: they are equal, or the schema changed.

use super::Diff;
use super::applied::Applied;
use super::ids::Id;
use super::location::Location;
use super::shape::Other;
use crate::schema::Schema;

/// Returns the keywords of a schema that are compared as a whole.
pub fn read(schema: &Schema) -> Vec<Other<'_>> {
    let mut others = Vec::new();
    let mut add = |keyword, detail: String, schemas: Vec<Applied>| {
        others.push(Other {
            keyword,
            detail,
            schemas,
            pointer: &schema.pointer,
        });
    };
    let applied = |id| Option::map_or(id, Applied::default(), Applied::of);
    if let Some(id) = schema.not {
        add("not", String::new(), vec![Applied::of(id)]);
    }
    if let Some(id) = schema.condition {
        let branches = [schema.then, schema.otherwise].map(applied);
        let [then, otherwise] = branches;
        add("if", String::new(), vec![Applied::of(id), then, otherwise]);
    }
    if let Some(id) = schema.contains {
        let (min, max) = (schema.min_contains.unwrap_or(1), schema.max_contains);
        add("contains", format!("{min} {max:?}"), vec![Applied::of(id)]);
    }
    for (pattern, id) in &schema.pattern_properties {
        let pattern = pattern.as_str().to_owned();
        add("patternProperties", pattern, vec![Applied::of(*id)]);
    }
    if let Some(id) = schema.property_names {
        add("propertyNames", String::new(), vec![Applied::of(id)]);
    }
    for (name, required) in &schema.dependent_required {
        let mut required = required.clone();
        required.sort_unstable();
        required.dedup();
        let detail = format!("{name:?} {required:?}");
        add("dependentRequired", detail, Vec::new());
    }
    for (name, id) in &schema.dependent_schemas {
        add("dependentSchemas", name.clone(), vec![Applied::of(*id)]);
    }
    if let Some(discriminator) = &schema.discriminator {
        let property = discriminator.property.clone();
        add("discriminator", property, Vec::new());
    }
    others
}

impl<'c> Diff<'c> {
    /// Reports each keyword that differs once.
    pub fn others(
        &mut self,
        location: &Location,
        pointer: &str,
        old: &[Other<'c>],
        new: &[Other<'c>],
    ) {
        let mut left: Vec<&Other> = new.iter().collect();
        let mut changed: Vec<(&str, &str)> = Vec::new();
        for before in old {
            let equal = left
                .iter()
                .position(|now| self.is_equal(location, before, now));
            match equal {
                Some(index) => _ = left.swap_remove(index),
                None => changed.push((before.keyword, pointer)),
            }
        }
        changed.extend(left.iter().map(|now| (now.keyword, now.pointer)));
        changed.sort_by_key(|(keyword, _)| *keyword);
        changed.dedup_by_key(|(keyword, _)| *keyword);
        for (keyword, pointer) in changed {
            let what = format!("has a different `{keyword}`");
            self.report(location, Id::SchemaChanged, pointer, what);
        }
    }

    fn is_equal(&mut self, location: &Location, old: &Other, new: &Other) -> bool {
        (old.keyword, &old.detail) == (new.keyword, &new.detail)
            && old.schemas.len() == new.schemas.len()
            && old
                .schemas
                .iter()
                .zip(&new.schemas)
                .all(|(old, new)| self.equal(location.sender, old, new))
    }
}
