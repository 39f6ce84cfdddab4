//! The contract in plain form: what the generated code needs to know, and nothing that it would have to interpret.
//!
//! OpenAPI has many spellings for one thing. Here each thing has one: references are resolved or name a component, an
//! object with properties is a component with a name, a schema is `nullable` or not, compositions are merged, and
//! unions and enums list their variants. A construct whose meaning cannot be expressed is a finding.

mod composed;
mod documentation;
mod events;
mod lists;
mod operations;
pub mod schemas;
mod unions;

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::Value;

pub use events::Event;
pub use lists::{List, Next};
pub use operations::{Body, BodyKind, Operation, Parameter, Response};
pub use schemas::{Kind, Property, Schema, Test, Union};

use super::lint;
use super::lint::finding::Finding;
use super::lint::ids::Rule;
use super::lint::names;
use super::lint::nullable;

/// A contract in plain form.
pub struct Plain {
    pub base_url: String,
    /// The components, and the schemas that get a name from the place where they are.
    pub schemas: BTreeMap<String, Schema>,
    pub operations: Vec<Operation>,
    pub events: Vec<Event>,
    /// The components that are sent, i.e. that are part of a request.
    pub sent: BTreeSet<String>,
}

/// Lints a contract, and returns its plain form.
///
/// # Errors
///
/// Returns the findings of the lint, or everything that has no plain form.
pub fn plain(contract: &Value) -> Result<Plain, Vec<Finding>> {
    let findings = lint::findings(contract);
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut reader = Reader::new(contract);
    reader.components();
    let operations = reader.operations();
    let events = reader.events();
    reader.tag_variants();
    reader.box_variants();
    let sent = reader.sent(&operations);
    reader.check_directions(&operations, &sent);
    reader.check_files(&operations);
    if !reader.findings.is_empty() {
        return Err(reader.findings);
    }
    Ok(Plain {
        base_url: contract["servers"][0]["url"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        schemas: reader.schemas,
        operations,
        events,
        sent,
    })
}

/// The property that tells a variant of a union from the others, and its value.
#[derive(Clone, PartialEq)]
pub struct Tag {
    pub property: String,
    pub value: String,
}

struct Reader<'c> {
    contract: &'c Value,
    schemas: BTreeMap<String, Schema>,
    /// The tags of the components that are variants of a union.
    tags: BTreeMap<String, Tag>,
    findings: Vec<Finding>,
}

impl<'c> Reader<'c> {
    fn new(contract: &'c Value) -> Self {
        Reader {
            contract,
            schemas: BTreeMap::new(),
            tags: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    fn report(&mut self, pointer: &str, rule: Rule, reason: impl Into<String>) {
        self.findings.push(Finding {
            id: rule.id(),
            pointer: pointer.to_owned(),
            reason: reason.into(),
        });
    }

    fn components(&mut self) {
        let schemas = self.contract["components"]["schemas"].as_object();
        for (name, schema) in schemas.into_iter().flatten() {
            // A component that only refers to another is that one.
            if self.target(&nullable::split(schema).inner).is_some() {
                continue;
            }
            let pointer = format!("/components/schemas/{name}");
            self.component(&names::type_name(name), schema, &pointer);
        }
    }

    /// Adds a named schema.
    fn insert(&mut self, name: &str, schema: Schema, pointer: &str) {
        if self.schemas.insert(name.to_owned(), schema).is_some() {
            let reason = format!("another schema is also named `{name}`; rename one of them");
            self.report(pointer, Rule::NameCollision, reason);
        }
    }

    /// Returns the target of a reference to anything, e.g. a parameter, or the value itself.
    fn resolved(&self, value: &'c Value) -> &'c Value {
        let mut value = value;
        // References form no cycle that the lint accepts, but may form a chain.
        for _ in 0..16 {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                break;
            };
            let target = reference
                .strip_prefix('#')
                .and_then(|pointer| self.contract.pointer(pointer));
            value = target.unwrap_or(&Value::Null);
        }
        value
    }

    /// Removes the property that tells a variant from the others: the variant's name says it already.
    fn tag_variants(&mut self) {
        for (name, tag) in std::mem::take(&mut self.tags) {
            let mut sensitive = None;
            if let Some(schema) = self.schemas.get_mut(&name) {
                let is_tag = |property: &mut Property| property.name == tag.property;
                let tags = schema.properties.extract_if(.., is_tag);
                sensitive = tags
                    .filter(|property| property.schema.sensitive)
                    .map(|property| property.pointer)
                    .last();
                // The enum of this one value is not used any more.
                self.schemas.remove(&nested_name(&name, &tag.property));
            }
            if let Some(schema) = self.schemas.get_mut(&name) {
                schema.tag = Some(tag);
            }
            if let Some(pointer) = sensitive {
                let reason = "`x-sensitive` has no effect: the name of the variant shows the value; remove it";
                self.report(&pointer, Rule::SensitiveInvalid, reason);
            }
        }
    }

    /// Boxes the variants that contain their union, because a type cannot contain itself.
    fn box_variants(&mut self) {
        let mut boxed = Vec::new();
        for (name, schema) in &self.schemas {
            for (index, variant) in schema
                .union
                .iter()
                .flat_map(|union| union.variants.iter().enumerate())
            {
                if self.holds(&variant.schema, name, &mut BTreeSet::new()) {
                    boxed.push((name.clone(), index));
                }
            }
        }
        for (name, index) in boxed {
            let union = self
                .schemas
                .get_mut(&name)
                .and_then(|schema| schema.union.as_mut());
            if let Some(union) = union {
                union.variants[index].boxed = true;
            }
        }
    }

    /// Returns true if a value of the schema holds a value of a component in itself, i.e. not in an array or a map.
    fn holds(&self, schema: &Schema, component: &str, seen: &mut BTreeSet<String>) -> bool {
        if let Some(name) = &schema.reference {
            if name == component {
                return true;
            }
            let target = self.schemas.get(name).filter(|_| seen.insert(name.clone()));
            return target.is_some_and(|target| self.holds(target, component, seen));
        }
        let variants = schema.union.iter().flat_map(|union| &union.variants);
        let mut held = schema
            .properties
            .iter()
            .map(|property| &property.schema)
            .chain(variants.map(|variant| &variant.schema));
        held.any(|part| self.holds(part, component, seen))
    }

    /// Returns the components that a schema contains, directly or not.
    fn contained(&self, schema: &Schema, found: &mut BTreeSet<String>) {
        for part in schema.parts() {
            if let Some(name) = &part.reference
                && found.insert(name.clone())
                && let Some(component) = self.schemas.get(name)
            {
                self.contained(component, found);
            }
            self.contained(part, found);
        }
    }

    fn sent(&self, operations: &[Operation]) -> BTreeSet<String> {
        let mut sent = BTreeSet::new();
        for body in operations
            .iter()
            .filter_map(|operation| operation.body.as_ref())
        {
            self.contained(&Schema::containing(&body.schema), &mut sent);
        }
        sent
    }

    /// Drops the properties that a request cannot contain, and reports those that one direction excludes in a schema
    /// of both.
    fn check_directions(&mut self, operations: &[Operation], sent: &BTreeSet<String>) {
        let mut received = BTreeSet::new();
        for response in operations.iter().flat_map(|operation| &operation.responses) {
            self.contained(&Schema::containing(&response.schema), &mut received);
        }
        let mut findings = Vec::new();
        for (name, schema) in &mut self.schemas {
            let (sent, received) = (sent.contains(name), received.contains(name));
            for property in &schema.properties {
                let limited = property.schema.read_only || property.schema.write_only;
                if limited && sent && received {
                    findings.push((property.pointer.clone(), property.name.clone()));
                }
            }
            schema.properties.retain(|property| {
                !(property.schema.read_only && sent || property.schema.write_only && !sent)
            });
        }
        for (pointer, name) in findings {
            let reason = format!(
                "`{name}` is only in requests or only in responses, but its schema is in both; use two schemas"
            );
            self.report(&pointer, Rule::DirectionMixed, reason);
        }
    }

    /// Reports files outside of forms, where their bytes cannot be written, and forms that are also JSON.
    fn check_files(&mut self, operations: &[Operation]) {
        let bodies = operations
            .iter()
            .filter_map(|operation| operation.body.as_ref());
        let (forms, others): (Vec<_>, Vec<_>) =
            bodies.partition(|body| body.kind == BodyKind::Multipart);
        let forms: BTreeSet<_> = forms
            .into_iter()
            .filter_map(|body| body.schema.reference.clone())
            .collect();
        let mut elsewhere = BTreeSet::new();
        for body in others {
            self.contained(&Schema::containing(&body.schema), &mut elsewhere);
        }
        for response in operations.iter().flat_map(|operation| &operation.responses) {
            self.contained(&Schema::containing(&response.schema), &mut elsewhere);
        }
        for schema in self.schemas.values() {
            self.contained(schema, &mut elsewhere);
        }
        let mut findings = Vec::new();
        for (name, schema) in &self.schemas {
            let is_form = forms.contains(name) && !elsewhere.contains(name);
            for property in &schema.properties {
                let kinds = [Some(&property.schema), property.schema.items.as_deref()];
                let is_file = kinds
                    .into_iter()
                    .flatten()
                    .any(|schema| schema.kind == Some(Kind::Binary));
                if is_file && !is_form {
                    findings.push(property.pointer.clone());
                }
            }
        }
        for pointer in findings {
            let reason = "a file belongs into a `multipart/form-data` body, whose schema is used only there; JSON has \
                          `format: byte`, or `contentEncoding: base64`";
            self.report(&pointer, Rule::FormatUnsupported, reason);
        }
    }
}

/// The name of a schema that has no name of its own: that of its owner and its place there.
fn nested_name(owner: &str, place: &str) -> String {
    format!("{owner}{}", place.to_upper_camel_case()).to_upper_camel_case()
}
