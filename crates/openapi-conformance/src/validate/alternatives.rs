//! Validates alternatives and conditions: `anyOf`, `oneOf`, `not`, `if`, `dependentSchemas`.

use serde_json::Value;

use super::{Evaluated, Validator, number};
use crate::Finding;
use crate::ids::Id;
use crate::schema::{Discriminator, Schema, SchemaId, Types};

/// How many times a schema that extends another one is followed to it.
const INHERITANCE: usize = 4;

/// What came of trying alternatives.
#[derive(Default)]
struct Tried {
    /// How many alternatives match.
    matching: usize,
    /// What the likely alternative reports, if it does not match.
    likely: Option<Mismatch>,
    /// The alternative that does not match with the fewest violations.
    closest: Option<Mismatch>,
}

/// An alternative that does not match.
struct Mismatch {
    schema: SchemaId,
    violations: usize,
    /// How many of them are wrong types of the value itself.
    wrong_types: usize,
    findings: Vec<Finding>,
}

/// The alternative that a discriminator names.
enum Named {
    Alternative(SchemaId),
    /// The value is missing, or names a schema that is none of the alternatives.
    Unknown,
    /// The value maps to no schema.
    Nothing,
}

impl<'c: 'v, 'v> Validator<'c, 'v> {
    pub(super) fn alternatives(
        &mut self,
        schema: &'c Schema,
        value: &'v Value,
        evaluated: &mut Evaluated<'v>,
    ) {
        if !schema.any_of.is_empty() {
            let id = self.rules.any_of_mismatch;
            self.count_matching(schema, &schema.any_of, value, evaluated, id);
        }
        if !schema.one_of.is_empty() {
            let id = self.rules.one_of_mismatch;
            let matching = self.count_matching(schema, &schema.one_of, value, evaluated, id);
            if matching > 1 {
                let sentence = format!("matches {matching} alternatives instead of one");
                self.violation(self.rules.one_of_ambiguous, schema, sentence);
            }
        }
        if let Some(id) = schema.not
            && self.conforms(id, value)
        {
            let sentence = "matches a schema that it must not match";
            self.violation(self.rules.not_mismatch, schema, sentence);
        }
        if let Some(condition) = schema.condition {
            let tried = self.try_all(&[condition], None, value, evaluated);
            let branch = if tried.matching == 1 {
                schema.then
            } else {
                schema.otherwise
            };
            if let Some(branch) = branch {
                self.apply(branch, value, evaluated);
            }
        }
        for (name, id) in &schema.dependent_schemas {
            if value.get(name).is_some() {
                self.apply(*id, value, evaluated);
            }
        }
    }

    /// Returns how many alternatives match. If none does, reports why: in detail if only one is likely.
    fn count_matching(
        &mut self,
        schema: &'c Schema,
        alternatives: &'c [SchemaId],
        value: &'v Value,
        evaluated: &mut Evaluated<'v>,
        id: Id,
    ) -> usize {
        let mut likely = self.only_possible(alternatives, value);
        if let Some(discriminator) = &schema.discriminator {
            match self.named(discriminator, alternatives, value) {
                Named::Alternative(named) => likely = Some(named),
                Named::Unknown => {}
                Named::Nothing => {
                    let name = super::token(&discriminator.property);
                    let sentence = format!("has a value of `{name}` that maps to no alternative");
                    self.violation(id, schema, sentence);
                    return 0;
                }
            }
        }
        let tried = self.try_all(alternatives, likely, value, evaluated);
        if tried.matching > 0 {
            return tried.matching;
        }
        if let Some(mismatch) = tried.likely {
            self.violations += mismatch.violations;
            self.wrong_types += mismatch.wrong_types;
            self.findings.extend(mismatch.findings);
        } else if let Some(likely) = likely {
            self.apply(likely, value, evaluated);
        } else {
            let mut sentence = format!("matches none of {} alternatives", alternatives.len());
            if let Some(closest) = tried.closest
                && let Some(reason) = closest.findings.first()
            {
                let pointer = &self.schemas[self.schemas.resolve(closest.schema)].pointer;
                let place = &reason.pointer[self.pointer().len()..];
                // Without spaces, the place can be told from the words around it.
                let subject = if place.is_empty() {
                    "it".to_owned()
                } else {
                    place.replace(' ', "*")
                };
                let why = &reason.sentence;
                sentence += &format!("; the closest is #{pointer}, but {subject} {why}");
            }
            self.violation(id, schema, sentence);
        }
        0
    }

    /// Tries alternatives. What the likely one reports is kept, because applying it a second time would take exponential
    /// time in recursive schemas. Of the matching ones, keeps what the best reports, which is no violation.
    fn try_all(
        &mut self,
        alternatives: &[SchemaId],
        likely: Option<SchemaId>,
        value: &'v Value,
        evaluated: &mut Evaluated<'v>,
    ) -> Tried {
        let mut tried = Tried::default();
        let mut best: Option<Vec<Finding>> = None;
        for id in alternatives {
            let target = &self.schemas[self.schemas.resolve(*id)];
            self.applied += 1 + target.lists / 16;
            if !self.may_match(*id, value) {
                continue;
            }
            let mark = self.mark();
            let mut evaluated_here = Evaluated::default();
            self.apply(*id, value, &mut evaluated_here);
            let violations = self.violations - mark.violations;
            let wrong_types = self.wrong_types - mark.wrong_types;
            let findings = self.findings.split_off(mark.findings);
            if violations == 0 {
                tried.matching += 1;
                evaluated.add(evaluated_here);
                if best.as_ref().is_none_or(|best| findings.len() < best.len()) {
                    best = Some(findings);
                }
                continue;
            }
            self.return_to(&mark);
            let mismatch = Mismatch {
                schema: *id,
                violations,
                wrong_types,
                findings,
            };
            if likely == Some(*id) {
                tried.likely = Some(mismatch);
            } else if tried
                .closest
                .as_ref()
                .is_none_or(|closest| violations < closest.violations)
            {
                tried.closest = Some(mismatch);
            }
        }
        self.findings.extend(best.into_iter().flatten());
        tried
    }

    /// Returns the schema that extends this one, and that the value names.
    pub(super) fn extension(&self, id: SchemaId, value: &Value) -> Option<SchemaId> {
        let base = self.referred(id);
        let discriminator = self.schemas[base].discriminator.as_ref()?;
        let name = value.get(&discriminator.property)?.as_str()?;
        let target = self.referred(self.target(discriminator, name)?);
        (target != base && self.extends(target, base, INHERITANCE)).then_some(target)
    }

    fn extends(&self, id: SchemaId, base: SchemaId, depth: usize) -> bool {
        let mut parts = self.schemas[id].all_of.iter();
        depth > 0
            && parts.any(|part| {
                let part = self.referred(*part);
                part == base || self.extends(part, base, depth - 1)
            })
    }

    /// Returns the schema that the value of a discriminator names.
    fn target(&self, discriminator: &Discriminator, name: &str) -> Option<SchemaId> {
        let mut mapping = discriminator.mapping.iter();
        let mapped = mapping.find(|(known, _)| known == name).map(|(_, id)| *id);
        let component = format!("/components/schemas/{}", super::escape(name));
        mapped.or_else(|| self.schemas.at(&component))
    }

    /// Follows references that say nothing else.
    fn referred(&self, mut id: SchemaId) -> SchemaId {
        for _ in 0..INHERITANCE {
            let schema = &self.schemas[id];
            id = match schema.reference {
                Some(target) if schema.only_refers => target,
                _ => return id,
            };
        }
        id
    }

    fn named(
        &self,
        discriminator: &Discriminator,
        alternatives: &[SchemaId],
        value: &Value,
    ) -> Named {
        let Some(name) = value.get(&discriminator.property).and_then(Value::as_str) else {
            return Named::Unknown;
        };
        let target = self
            .target(discriminator, name)
            .map(|target| self.schemas.resolve(target));
        let suffix = format!("/{}", super::escape(name));
        for id in alternatives {
            let alternative = self.schemas.resolve(*id);
            let is_named = match target {
                Some(target) => alternative == target,
                None => self.schemas[alternative].pointer.ends_with(&suffix),
            };
            if is_named {
                return Named::Alternative(*id);
            }
        }
        // Alternatives without a name cannot be named.
        let is_reference = |id: &SchemaId| self.schemas[*id].reference.is_some();
        let has_names = !discriminator.mapping.is_empty() || alternatives.iter().any(is_reference);
        if target.is_none() && has_names {
            Named::Nothing
        } else {
            Named::Unknown
        }
    }

    /// Returns the only alternative that can match, by its type and its constants, or because the others are null.
    fn only_possible(&self, alternatives: &[SchemaId], value: &Value) -> Option<SchemaId> {
        let (mut possible, mut others, mut last) = (Vec::new(), 0, None);
        for id in alternatives {
            if self.is_null(*id) {
                continue;
            }
            others += 1;
            last = Some(*id);
            if possible.len() < 2 && self.may_match(*id, value) {
                possible.push(*id);
            }
        }
        match possible[..] {
            _ if others == 1 => last,
            [only] => Some(only),
            _ => None,
        }
    }

    fn is_null(&self, id: SchemaId) -> bool {
        let schema = &self.schemas[id];
        let is_null_value = |values: &Vec<Value>| matches!(values[..], [Value::Null]);
        schema.types == Some(Types::NULL) || schema.values.as_ref().is_some_and(is_null_value)
    }

    /// Returns whether an alternative can match, judging by its type and its constants.
    fn may_match(&self, id: SchemaId, value: &Value) -> bool {
        let schema = &self.schemas[self.schemas.resolve(id)];
        let types = schema.types.unwrap_or(Types::ALL);
        types.contains(Types::of(value, self.schemas.dialect))
            && allows_constant(schema, value)
            && schema.properties.iter().all(|property| {
                let value = value.get(&property.name);
                value.is_none_or(|value| allows_constant(&self.schemas[property.schema], value))
            })
    }
}

/// Returns whether a value is the constant, or one of the values, if there are any.
fn allows_constant(schema: &Schema, value: &Value) -> bool {
    let constant = schema.constant.as_ref();
    let values = schema.values.as_ref();
    constant.is_none_or(|constant| number::equal(constant, value))
        && values.is_none_or(|values| values.iter().any(|known| number::equal(known, value)))
}
