//! Validates a JSON value against its schema, and records which properties were present.

mod alternatives;
mod array;
mod format;
mod hostname;
mod number;
mod object;
mod scalar;

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use serde_json::{Map, Value};

use super::ids::{Id, Rules};
use super::place::{escape, token};
use super::schema::{Schema, SchemaId, Schemas, Types};
use super::{Finding, Severity};

pub(super) use array::canonical;
pub(super) use format::is_date_time;
#[cfg(feature = "live")]
pub(super) use format::is_uuid;
pub(super) use number::{compare as compare_numbers, equal as equal_values, is_multiple};
pub(super) use object::is_sent_by_other;

/// The maximum number of schemas that are applied to a payload, and to each of its values on average. A hostile contract
/// could apply exponentially many.
const MAX_STEPS: usize = 1_000_000;
const MAX_STEPS_PER_VALUE: usize = 100;
/// The maximum number of schemas that are applied inside each other.
const MAX_DEPTH: usize = 400;
/// The maximum number of findings in a payload. A schema could require millions of properties.
const MAX_FINDINGS: usize = 10_000;

/// The sender of a payload, which determines the severity of a finding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sender {
    Api,
    Client,
}

impl Sender {
    /// Returns the severity of a violation.
    pub fn violation(self) -> Severity {
        match self {
            Sender::Api => Severity::Breaking,
            Sender::Client => Severity::Request,
        }
    }

    pub fn undocumented(self) -> Severity {
        match self {
            Sender::Api => Severity::Additive,
            Sender::Client => Severity::Request,
        }
    }
}

/// A step from a value to a child. The full pointer is built only for a finding.
#[derive(Clone, Copy)]
enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

/// Validates one payload.
pub(super) struct Validator<'c, 'v> {
    schemas: &'c Schemas,
    sender: Sender,
    rules: &'static Rules,
    /// The location of the payload in the exchange, e.g. `/response/body`.
    root: &'v str,
    steps: Vec<Step<'v>>,
    pub findings: Vec<Finding>,
    /// The schemas of the properties that were present with a value.
    pub seen: Vec<SchemaId>,
    /// The number of violations so far. Undocumented properties and unknown values of open enums are none.
    violations: usize,
    /// The number of wrong types that have been reported for the current value itself.
    wrong_types: usize,
    /// The number of schemas applied so far, and how many may be applied.
    applied: usize,
    limit: usize,
    depth: usize,
    /// The payload. Its size is measured only if it needs many steps.
    payload: Option<&'v Value>,
    /// The schema at which validation was given up.
    given_up: Option<&'c Schema>,
    /// The schema that describes the current value as a whole.
    whole: Option<SchemaId>,
    /// For such schemas, the properties that only the other side sends.
    sent_by_other: HashMap<SchemaId, HashSet<&'c str>>,
}

/// A state to return to if an alternative does not match.
struct Mark {
    findings: usize,
    seen: usize,
    violations: usize,
    wrong_types: usize,
}

/// The properties of one object that the schemas applied to it describe.
#[derive(Default)]
struct Evaluated<'v> {
    names: Vec<&'v str>,
    /// Whether all properties are described, e.g. by `additionalProperties`.
    all: bool,
    /// The number of schemas that list properties. All other properties are undocumented.
    lists: usize,
    /// The schemas with `allOf` that have been applied.
    compositions: Option<HashSet<SchemaId>>,
}

impl<'v> Evaluated<'v> {
    fn add(&mut self, other: Evaluated<'v>) {
        self.names.extend(other.names);
        self.all |= other.all;
        self.lists += other.lists;
    }

    /// Returns the properties of the object that no schema describes.
    fn others(&self, object: &'v Map<String, Value>) -> Vec<&'v str> {
        // A single list has no duplicates.
        let complete = self.lists == 1 && self.names.len() == object.len();
        if self.all || complete {
            return Vec::new();
        }
        let known: HashSet<&str> = self.names.iter().copied().collect();
        let names = object.keys().map(String::as_str);
        names.filter(|name| !known.contains(name)).collect()
    }
}

impl<'c: 'v, 'v> Validator<'c, 'v> {
    pub fn new(schemas: &'c Schemas, sender: Sender, rules: &'static Rules, root: &'v str) -> Self {
        Validator {
            schemas,
            sender,
            rules,
            root,
            steps: Vec::new(),
            findings: Vec::new(),
            seen: Vec::new(),
            violations: 0,
            wrong_types: 0,
            applied: 0,
            limit: MAX_STEPS,
            depth: 0,
            payload: None,
            given_up: None,
            whole: None,
            sent_by_other: HashMap::new(),
        }
    }

    /// Validates a value that no other schema describes.
    pub fn validate(&mut self, id: SchemaId, value: &'v Value) {
        let is_payload = self.payload.is_none();
        self.payload.get_or_insert(value);
        let whole = self.whole.replace(id);
        let mut evaluated = Evaluated::default();
        self.apply(id, value, &mut evaluated);
        if let Some(extension) = self.extension(id, value) {
            // It documents properties, but a discriminator cannot change whether a value is valid.
            let mark = self.mark();
            self.apply(extension, value, &mut evaluated);
            self.return_to(&mark);
        }
        self.whole = whole;
        self.undocumented(id, value, &evaluated);
        if is_payload && let Some(schema) = self.given_up.take() {
            self.report_too_complex(&schema.pointer);
        }
    }

    /// Reports properties that no schema describes.
    fn undocumented(&mut self, id: SchemaId, value: &'v Value, evaluated: &Evaluated<'v>) {
        let Value::Object(object) = value else {
            return;
        };
        if evaluated.lists == 0 || self.given_up.is_some() {
            return;
        }
        let pointer = &self.schemas[self.schemas.resolve(id)].pointer;
        for name in evaluated.others(object) {
            self.at(Step::Key(name), |validator| {
                let severity = validator.sender.undocumented();
                let id = validator.rules.property_unknown;
                validator.report(id, severity, pointer, "is not documented");
            });
        }
    }

    /// Applies a schema to a value that other schemas may describe, too.
    fn apply(&mut self, id: SchemaId, value: &'v Value, evaluated: &mut Evaluated<'v>) {
        let schemas = self.schemas;
        let schema = &schemas[id];
        self.applied += 1 + schema.lists / 16;
        if self.given_up.is_some() {
            return;
        }
        if self.depth > MAX_DEPTH || self.is_exhausted() {
            self.given_up = Some(schema);
            return;
        }
        // A composition that is a part of several others says the same each time.
        if !schema.all_of.is_empty() {
            let known = evaluated.compositions.get_or_insert_default();
            if !known.insert(id) {
                return;
            }
        }
        self.depth += 1;
        match (schema.unevaluated_properties, value) {
            (Some(id), Value::Object(object)) => {
                // What the schemas around this one describe does not count.
                let mut described = Evaluated::default();
                self.keywords(schema, value, &mut described);
                self.unevaluated(schema, id, object, &described);
                evaluated.all = true;
            }
            _ => self.keywords(schema, value, evaluated),
        }
        self.depth -= 1;
    }

    fn keywords(&mut self, schema: &'c Schema, value: &'v Value, evaluated: &mut Evaluated<'v>) {
        if schema.never {
            return self.violation(self.rules.value_not_allowed, schema, "is not allowed");
        }
        if let Some(target) = schema.reference {
            self.apply(target, value, evaluated);
            if schema.only_refers {
                return;
            }
        }
        if let Some(types) = schema.types {
            let actual = Types::of(value, self.schemas.dialect);
            if !types.contains(actual) {
                return self.type_mismatch(schema, types, actual);
            }
        }
        let before = self.wrong_types;
        self.scalar(schema, value);
        match value {
            Value::Object(object) => self.object(schema, object, evaluated),
            Value::Array(items) => self.array(schema, items),
            _ => {}
        }
        for part in &schema.all_of {
            self.apply(*part, value, evaluated);
            // The other parts would report the same.
            if self.wrong_types > before {
                return;
            }
        }
        self.alternatives(schema, value, evaluated);
    }

    /// Returns whether a value conforms to a schema, without reporting anything.
    pub fn conforms(&mut self, id: SchemaId, value: &'v Value) -> bool {
        let mark = self.mark();
        self.apply(id, value, &mut Evaluated::default());
        let conforms = self.violations == mark.violations;
        self.return_to(&mark);
        conforms
    }

    fn mark(&self) -> Mark {
        Mark {
            findings: self.findings.len(),
            seen: self.seen.len(),
            violations: self.violations,
            wrong_types: self.wrong_types,
        }
    }

    fn return_to(&mut self, mark: &Mark) {
        self.findings.truncate(mark.findings);
        self.seen.truncate(mark.seen);
        self.violations = mark.violations;
        self.wrong_types = mark.wrong_types;
    }

    fn type_mismatch(&mut self, schema: &'c Schema, expected: Types, actual: Types) {
        let actual = actual.sentence();
        // Null is also allowed, but not what is expected.
        let expected = match expected.without(Types::NULL) {
            Types::NONE => expected,
            types => types,
        };
        let sentence = format!("is {actual}, expected {}", expected.sentence());
        self.wrong_types += 1;
        self.violation(self.rules.type_mismatch, schema, sentence);
    }

    /// Returns whether more schemas have been applied than the size of the payload justifies.
    fn is_exhausted(&mut self) -> bool {
        if self.applied <= self.limit {
            return false;
        }
        let values = self.payload.map_or(0, count_values);
        self.limit = self.limit.max(values.saturating_mul(MAX_STEPS_PER_VALUE));
        self.applied > self.limit
    }

    fn report_too_complex(&mut self, contract: &str) {
        self.violations += 1;
        let severity = self.sender.violation();
        let sentence = "takes too many steps to be validated completely";
        let (id, pointer) = (self.rules.too_complex, self.pointer());
        let finding = Finding::of(id, severity, pointer, contract, sentence);
        self.findings.push(finding);
    }

    fn at(&mut self, step: Step<'v>, validate: impl FnOnce(&mut Self)) {
        let around = std::mem::take(&mut self.wrong_types);
        self.steps.push(step);
        validate(self);
        self.steps.pop();
        self.wrong_types = around;
    }

    fn violation(&mut self, id: Id, schema: &Schema, sentence: impl Into<String>) {
        self.violation_at(id, &schema.pointer, sentence);
    }

    fn violation_at(&mut self, id: Id, contract: &str, sentence: impl Into<String>) {
        if self.given_up.is_some() {
            return;
        }
        self.violations += 1;
        self.report(id, self.sender.violation(), contract, sentence);
    }

    fn report(&mut self, id: Id, severity: Severity, contract: &str, sentence: impl Into<String>) {
        if self.findings.len() > MAX_FINDINGS {
            return;
        }
        if self.findings.len() == MAX_FINDINGS {
            // One finding is enough: the rest was validated, but is not listed.
            let sentence = "has more findings than are listed";
            let (id, pointer) = (self.rules.too_complex, self.pointer());
            let severity = self.sender.violation();
            self.findings
                .push(Finding::of(id, severity, pointer, contract, sentence));
            return;
        }
        let pointer = self.pointer();
        self.findings
            .push(Finding::of(id, severity, pointer, contract, sentence));
    }

    fn pointer(&self) -> String {
        let mut pointer = self.root.to_owned();
        for step in &self.steps {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&token(key)),
                Step::Index(index) => _ = write!(pointer, "{index}"),
            }
        }
        pointer
    }
}

/// Returns the number of values in a value, and itself.
fn count_values(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count_values).sum::<usize>(),
        Value::Object(object) => 1 + object.values().map(count_values).sum::<usize>(),
        _ => 1,
    }
}
