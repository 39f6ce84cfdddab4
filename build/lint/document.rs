//! Rejects a contract that the generator would panic on, or would translate incorrectly. Reports all findings at once,
//! each with its rule, location and reason.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Lint;
use super::enums;
use super::finding::Finding;
use super::ids::Rule;
use super::keys::{self, Keys};
use super::names;
use super::place::Place;
use super::schemas::{self, Use};

/// Returns all findings of the lint in `contract`.
pub fn findings(contract: &Value) -> Vec<Finding> {
    let version = contract["openapi"].as_str().unwrap_or_default();
    let mut lint = Lint {
        contract: Place::root(contract),
        is_3_1: version.starts_with("3.1."),
        findings: Vec::new(),
    };
    lint.document();
    lint.findings
}

/// Returns the key of the events, for which OpenAPI 3.0 has none of its own.
pub fn events_key(contract: &Value) -> &'static str {
    if contract.get("webhooks").is_some() {
        "webhooks"
    } else {
        "x-webhooks"
    }
}

impl<'a> Lint<'a> {
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
                self.value(&child, &key, keys.kinds(&key));
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

    fn value(&mut self, child: &Place<'_>, key: &str, kinds: &[&str]) {
        let actual = json_type(child.value);
        if !kinds.is_empty() && !kinds.contains(&actual) {
            let reason = format!("expected {} for `{key}`, got {actual}", kinds.join(" or "));
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
        // Next to a reference to a schema, annotations are allowed.
        if kind != "schemas" && place.keys().len() > 1 {
            let reason = "keys next to `$ref` are ignored; remove them";
            self.report(place, Rule::ReferenceSiblings, reason);
        }
        let target = self.target(place, kind);
        if target.is_none() {
            let reason = format!("expected a reference to an entry of `#/components/{kind}`");
            self.report(&reference, Rule::ReferenceUnresolved, reason);
        }
        target
    }

    /// Returns the target of a reference to a component of `kind`.
    pub(super) fn target(&self, place: &Place<'a>, kind: &str) -> Option<Place<'a>> {
        let pointer = place.text("$ref")?.strip_prefix('#')?;
        let name = pointer.strip_prefix(&format!("/components/{kind}/"))?;
        if name.contains('/') {
            return None;
        }
        self.contract.pointer(pointer)
    }

    fn document(&mut self) {
        let contract = self.contract.clone();
        self.keys(&contract, &keys::ROOT);
        let version = contract.text("openapi").unwrap_or_default();
        if !self.is_3_1 && !version.starts_with("3.0.") {
            let reason = "`openapi` must be a version 3.1 or 3.0, e.g. 3.1.0";
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
            .pointer("/components/schemas/EventType")
            .and_then(enums::known_values);
        if let Some(webhooks) = contract.get("webhooks")
            && (!self.is_3_1 || contract.get("x-webhooks").is_some())
        {
            let reason = "events are in `webhooks` in OpenAPI 3.1, and in `x-webhooks` in 3.0";
            self.report(&webhooks, Rule::KeywordVersion, reason);
        }
        let key = events_key(contract.value);
        for (name, item) in contract.children_of(key) {
            self.path_item(&item, None, &mut BTreeSet::new());
            if item.keys() != ["post"] {
                let reason = "a webhook must have a `post` and nothing else";
                self.report(&item, Rule::WebhookMethodUnsupported, reason);
            }
            if !types
                .as_ref()
                .is_some_and(|types| types.iter().any(|known| **known == name))
            {
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
            if !names::is_type(&name) {
                let reason = format!("the name `{name}` cannot become that of a type");
                self.report(&schema, Rule::NameInvalid, reason);
            }
            schemas::check(self, &schema, Use::Component);
        }
        for (_, parameter) in components.children_of("parameters") {
            self.parameter(&parameter);
        }
        for (_, header) in components.children_of("headers") {
            self.header(&header);
        }
        for (_, body) in components.children_of("requestBodies") {
            self.request_body(&body);
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
