//! Rejects a contract that the generator would panic on, or would translate incorrectly. Reports all findings at once,
//! each with its rule, location and reason.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::finding::Finding;
use super::ids::Rule;
use super::keys::{self, Keys};
use super::place::Place;
use super::schemas::{self, Use};

/// Names of types used by the generated code.
pub(super) const TYPE_NAMES: [&str; 26] = [
    "Box",
    "Clone",
    "DateTime",
    "Debug",
    "Default",
    "Deserialize",
    "Err",
    "From",
    "Into",
    "Map",
    "None",
    "Ok",
    "Option",
    "Redacted",
    "Result",
    "Self",
    "Serialize",
    "Some",
    "String",
    "ToString",
    "TryFrom",
    "TryInto",
    "UnknownValue",
    "Utc",
    "Value",
    "Vec",
];

/// Returns all findings of the lint in `contract`.
pub fn findings(contract: &Value) -> Vec<Finding> {
    let mut lint = Lint {
        contract: Place::root(contract),
        findings: Vec::new(),
    };
    lint.document();
    lint.findings
}

pub struct Lint<'a> {
    pub(super) contract: Place<'a>,
    findings: Vec<Finding>,
}

impl<'a> Lint<'a> {
    pub(super) fn report(&mut self, place: &Place<'_>, rule: Rule, reason: impl Into<String>) {
        self.findings.push(Finding {
            id: rule.id(),
            pointer: place.pointer.clone(),
            reason: reason.into(),
        });
    }

    /// Reports every unknown and unsupported key.
    pub(super) fn keys(&mut self, place: &Place<'_>, keys: &Keys) {
        if !place.value.is_object() {
            let reason = format!(
                "expected object for {}, got {}",
                keys.object,
                json_type(place.value)
            );
            return self.report(place, Rule::ValueTypeMismatch, reason);
        }
        for (key, child) in place.children() {
            if keys.allowed.contains(&key.as_str()) {
                self.value(&child, &key, keys.kind(&key));
                continue;
            }
            match keys.unsupported.iter().find(|(name, _)| *name == key) {
                Some((_, why)) => {
                    let reason = format!("`{key}` is not supported: {why}");
                    self.report(&child, Rule::KeyUnsupported, reason);
                }
                None => {
                    let reason = format!("unknown key `{key}` in {}", keys.object);
                    self.report(&child, Rule::KeyUnknown, reason);
                }
            }
        }
    }

    fn value(&mut self, child: &Place<'_>, key: &str, kind: Option<&str>) {
        let actual = json_type(child.value);
        if let Some(kind) = kind.filter(|kind| *kind != actual) {
            let reason = format!("expected {kind} for `{key}`, got {actual}");
            self.report(child, Rule::ValueTypeMismatch, reason);
        }
        let prose = matches!(key, "description" | "summary");
        let text = child.value.as_str().filter(|_| prose).unwrap_or_default();
        if text.contains("```") || text.lines().any(|line| line.starts_with("    ")) {
            let reason = "code blocks are not supported: rustdoc would run them as tests";
            self.report(child, Rule::DescriptionCodeBlock, reason);
        }
    }

    /// Returns the value of `key`, and reports it if it is missing.
    pub(super) fn required(&mut self, place: &Place<'a>, key: &str) -> Option<Place<'a>> {
        let child = place.get(key);
        if child.is_none() {
            let reason = format!("missing required `{key}`");
            self.report(place, Rule::KeyMissing, reason);
        }
        child
    }

    /// Follows a reference to a component of `kind` once, and reports a dangling one.
    pub(super) fn resolve(&mut self, place: &Place<'a>, kind: &str) -> Option<Place<'a>> {
        let Some(reference) = place.get("$ref") else {
            return Some(place.clone());
        };
        if place.keys().len() > 1 {
            let reason = "OpenAPI 3.0 ignores keys next to `$ref`; wrap the reference in `allOf`";
            self.report(place, Rule::ReferenceSiblings, reason);
        }
        let pointer = reference.value.as_str().and_then(|text| {
            let pointer = text.strip_prefix('#')?;
            let name = pointer.strip_prefix(&format!("/components/{kind}/"))?;
            (!name.contains('/')).then_some(pointer)
        });
        let target = pointer.and_then(|pointer| self.contract.pointer(pointer));
        if target.is_none() {
            let reason = format!("expected a reference to an entry of `#/components/{kind}`");
            self.report(&reference, Rule::ReferenceUnresolved, reason);
        }
        target
    }

    fn document(&mut self) {
        let contract = self.contract.clone();
        self.keys(&contract, &keys::ROOT);
        if !contract
            .text("openapi")
            .is_some_and(|version| version.starts_with("3.0."))
        {
            let reason = "`openapi` must be a 3.0 version, e.g. 3.0.3";
            self.report(&contract, Rule::OpenapiVersionUnsupported, reason);
        }
        self.servers(&contract);
        self.security(&contract);
        self.components(&contract);
        self.paths(&contract);
        self.webhooks(&contract);
    }

    fn servers(&mut self, contract: &Place<'a>) {
        let servers = contract.children_of("servers");
        if servers.len() != 1 {
            let reason = "`servers` must have exactly one server: its URL is the default base URL";
            self.report(contract, Rule::ServerCount, reason);
        }
        for (_, server) in servers {
            let url = server.text("url").unwrap_or_default();
            let absolute = url.starts_with("https://") || url.starts_with("http://");
            if !absolute || url.contains(['?', '#', '{']) || url.ends_with('/') {
                let reason =
                    "`url` must be absolute, without query, fragment, variables and trailing slash";
                self.report(&server, Rule::ServerUrlInvalid, reason);
            }
        }
    }

    fn webhooks(&mut self, contract: &Place<'a>) {
        let types = contract
            .value
            .pointer("/components/schemas/EventType/x-extensible-enum");
        let types = types.and_then(Value::as_array);
        for (name, item) in contract.children_of("x-webhooks") {
            self.path_item(&item, None, &mut BTreeSet::new());
            if item.keys() != ["post"] {
                let reason = "a webhook must have a `post` and nothing else";
                self.report(&item, Rule::WebhookMethodUnsupported, reason);
            }
            if !types.is_some_and(|types| types.iter().any(|known| *known == name)) {
                let reason = format!("the schema `EventType` does not list `{name}`");
                self.report(&item, Rule::EventTypeUnlisted, reason);
            }
        }
    }

    /// Checks that the contract requires a bearer token, which the client sends with every call.
    fn security(&mut self, contract: &Place<'a>) {
        let schemes = contract
            .get("components")
            .map(|components| components.children_of("securitySchemes"))
            .unwrap_or_default();
        let expected = json!([{ (schemes.first().map_or("", |(name, _)| name)): [] }]);
        let required = contract.get("security").map(|security| security.value);
        if schemes.len() != 1 || required != Some(&expected) {
            let reason = "`security` must require the only scheme of `securitySchemes`";
            self.report(contract, Rule::SecurityUnsupported, reason);
        }
        for (_, scheme) in schemes {
            if scheme.text("type") != Some("http") || scheme.text("scheme") != Some("bearer") {
                let reason = "expected `type: http` and `scheme: bearer`, which the client sends";
                self.report(&scheme, Rule::SecuritySchemeUnsupported, reason);
            }
        }
    }

    fn components(&mut self, contract: &Place<'a>) {
        let Some(components) = contract.get("components") else {
            return;
        };
        self.keys(&components, &keys::COMPONENTS);
        for (name, schema) in components.children_of("schemas") {
            let type_name = name.to_upper_camel_case();
            if name != type_name {
                let reason = format!("expected `{type_name}` as the name of the schema");
                self.report(&schema, Rule::SchemaNameCase, reason);
            }
            if TYPE_NAMES.contains(&name.as_str()) {
                let reason = format!("the generated code already uses the name `{name}`");
                self.report(&schema, Rule::NameReserved, reason);
            }
            schemas::check(self, &schema, Use::Component);
        }
        for (_, parameter) in components.children_of("parameters") {
            self.parameter(&parameter);
        }
        for (_, response) in components.children_of("responses") {
            self.response(&response);
        }
    }
}

/// Returns the name of the JSON type of `value`.
fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
