//! Validates alternatives and conditions: `anyOf`, `oneOf`, `not`, `if`, `dependentSchemas`.

use serde_json::Value;

use super::{Evaluated, Validator, number};
use crate::Finding;
use crate::ids::Id;
use crate::schema::{Schema, SchemaId, Types};

impl<'c: 'v, 'v> Validator<'c, 'v> {
    pub(super) fn alternatives(
        &mut self,
        schema: &'c Schema,
        value: &'v Value,
        evaluated: &mut Evaluated<'v>,
    ) {
        if !schema.any_of.is_empty() {
            let id = self.rules.any_of_mismatch;
            self.matching_of(schema, &schema.any_of, value, evaluated, id);
        }
        if !schema.one_of.is_empty() {
            let id = self.rules.one_of_mismatch;
            let matching = self.matching_of(schema, &schema.one_of, value, evaluated, id);
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
            let holds = self.matching(&[condition], None, value, evaluated).0 == 1;
            let branch = if holds { schema.then } else { schema.otherwise };
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

    /// Returns how many alternatives match. If none does, reports why: in detail if only one is meant.
    fn matching_of(
        &mut self,
        schema: &'c Schema,
        alternatives: &'c [SchemaId],
        value: &'v Value,
        evaluated: &mut Evaluated<'v>,
        id: Id,
    ) -> usize {
        let meant = self.meant(schema, alternatives, value);
        let (matching, reported) = self.matching(alternatives, meant, value, evaluated);
        if matching > 0 {
            return matching;
        }
        if let Some(reported) = reported {
            self.violations += reported.len().max(1);
            self.findings.extend(reported);
        } else if let Some(meant) = meant {
            self.apply(meant, value, evaluated);
        } else {
            let sentence = format!("matches none of {} alternatives", alternatives.len());
            self.violation(id, schema, sentence);
        }
        0
    }

    /// Returns how many alternatives match, and what the one that is `meant` reports if it does not. Applying it a
    /// second time would take exponential time in recursive schemas. Keeps what the best of the matching ones reports,
    /// which is no violation.
    fn matching(
        &mut self,
        alternatives: &[SchemaId],
        meant: Option<SchemaId>,
        value: &'v Value,
        evaluated: &mut Evaluated<'v>,
    ) -> (usize, Option<Vec<Finding>>) {
        let mut matching = 0;
        let mut best: Option<Vec<_>> = None;
        let mut mismatch = None;
        for id in alternatives {
            let target = &self.schemas[self.schemas.resolve(*id)];
            self.applied += 1 + target.lists() / 16;
            if !self.may_match(*id, value) {
                continue;
            }
            let mark = self.mark();
            let mut own = Evaluated::default();
            self.apply(*id, value, &mut own);
            if self.violations > mark.violations {
                if meant == Some(*id) {
                    mismatch = Some(self.findings.split_off(mark.findings));
                }
                self.return_to(&mark);
                continue;
            }
            matching += 1;
            evaluated.add(own);
            let reported = self.findings.split_off(mark.findings);
            if best.as_ref().is_none_or(|best| reported.len() < best.len()) {
                best = Some(reported);
            }
        }
        self.findings.extend(best.into_iter().flatten());
        (matching, mismatch)
    }

    /// Returns the alternative that is meant: by the discriminator, by its type, or because the others are only null.
    fn meant(&self, schema: &Schema, alternatives: &[SchemaId], value: &Value) -> Option<SchemaId> {
        if let Some(discriminator) = &schema.discriminator {
            let name = value.get(&discriminator.property)?.as_str()?;
            let mut mapping = discriminator.mapping.iter();
            let mapped = mapping.find(|(known, _)| known == name).map(|(_, id)| *id);
            let target = |id: &&SchemaId| self.schemas.resolve(**id);
            let is_meant = |id: &&SchemaId| match mapped {
                Some(mapped) => target(id) == self.schemas.resolve(mapped),
                None => self.schemas[target(id)]
                    .pointer
                    .ends_with(&format!("/{name}")),
            };
            if let Some(meant) = alternatives.iter().find(is_meant) {
                return Some(*meant);
            }
        }
        let is_null = |id: &&SchemaId| {
            let schema = &self.schemas[**id];
            let null = Some(vec![Value::Null]);
            schema.types == Some(Types::NULL) || schema.values == null
        };
        let only = |mut rest: Box<dyn Iterator<Item = &SchemaId> + '_>| {
            rest.next().filter(|_| rest.next().is_none()).copied()
        };
        let others = || alternatives.iter().filter(|id| !is_null(id));
        only(Box::new(others()))
            .or_else(|| only(Box::new(others().filter(|id| self.may_match(**id, value)))))
    }

    /// Returns whether an alternative can match, judging by its type and its constants.
    fn may_match(&self, id: SchemaId, value: &Value) -> bool {
        let schema = &self.schemas[self.schemas.resolve(id)];
        let types = schema.types.unwrap_or(Types::ALL);
        let fits = |schema: &Schema, value: &Value| {
            let is_constant = schema.constant.as_ref();
            let is_value = schema.values.as_ref();
            is_constant.is_none_or(|constant| number::equal(constant, value))
                && is_value
                    .is_none_or(|values| values.iter().any(|known| number::equal(known, value)))
        };
        types.contains(Types::of(value, self.schemas.dialect))
            && fits(schema, value)
            && schema.properties.iter().all(|property| {
                let constants = &self.schemas[property.schema];
                value
                    .get(&property.name)
                    .is_none_or(|value| fits(constants, value))
            })
    }
}
