//! Rejects a contract that the generator would panic on, or would translate incorrectly. Reports all findings at once,
//! each with its location and reason.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::finding::{Finding, Place};
use super::keys::{self, Keys};
use super::schema_rules::{self, Use};

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
/// Returns everything that is wrong with `contract`.
pub fn findings(contract: &Value) -> Vec<Finding> {
    let mut preflight = Preflight {
        contract: Place::root(contract),
        findings: Vec::new(),
    };
    preflight.document();
    preflight.findings
}

pub struct Preflight<'a> {
    pub(super) contract: Place<'a>,
    findings: Vec<Finding>,
}

impl<'a> Preflight<'a> {
    pub(super) fn report(&mut self, place: &Place<'_>, reason: impl Into<String>) {
        self.findings.push(Finding {
            pointer: place.pointer.clone(),
            reason: reason.into(),
        });
    }

    /// Reports every unsupported key, with the reason if there is a known one.
    pub(super) fn keys(&mut self, place: &Place<'_>, keys: &Keys) {
        if !place.value.is_object() {
            return self.report(place, format!("{} is an object", keys.object));
        }
        for (key, child) in place.children() {
            if keys.allowed.contains(&key.as_str()) {
                self.value(&child, &key, keys.kind(&key));
                continue;
            }
            let refused = keys.refused.iter().find(|(name, _)| *name == key);
            let reason = match refused {
                Some((_, why)) => format!("`{key}` is refused: {why}"),
                None => format!("`{key}` is not a key of {}", keys.object),
            };
            self.report(&child, reason);
        }
    }

    fn value(&mut self, child: &Place<'_>, key: &str, kind: Option<&str>) {
        let right = match kind {
            Some("object") => child.value.is_object(),
            Some("list") => child.value.is_array(),
            Some("number") => child.value.is_number(),
            Some("text") => child.value.is_string(),
            Some(_) => child.value.is_boolean(),
            None => true,
        };
        if let Some(kind) = kind.filter(|_| !right) {
            self.report(child, format!("`{key}` is of another kind than {kind}"));
        }
        let prose = matches!(key, "description" | "summary");
        let text = child.value.as_str().filter(|_| prose).unwrap_or_default();
        if text.contains("```") || text.lines().any(|line| line.starts_with("    ")) {
            self.report(
                child,
                "code in a description would become a test of the documentation",
            );
        }
    }

    /// Reports each of `names` that is missing or is an empty string.
    pub(super) fn texts(&mut self, place: &Place<'_>, names: &[&str]) {
        for name in names {
            match place.get(name).map(|child| child.value) {
                None => self.report(place, format!("`{name}` is missing")),
                Some(Value::String(text)) if !text.trim().is_empty() => {}
                Some(_) => self.report(place, format!("`{name}` is a text that is not empty")),
            }
        }
    }

    /// Follows a reference to a component of `kind` once, and reports a dangling one.
    pub(super) fn resolve(&mut self, place: &Place<'a>, kind: &str) -> Option<Place<'a>> {
        let Some(reference) = place.get("$ref") else {
            return Some(place.clone());
        };
        if place.keys().len() > 1 {
            self.report(
                place,
                "OpenAPI 3.0 ignores what stands beside `$ref`; wrap it in `allOf`",
            );
        }
        let name = reference
            .value
            .as_str()
            .and_then(|text| text.strip_prefix(&format!("#/components/{kind}/")));
        let target = name.and_then(|name| self.contract.get("components")?.get(kind)?.get(name));
        if target.is_none() {
            self.report(
                &reference,
                format!("leads to no component of this contract's {kind}"),
            );
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
            self.report(&contract, "`openapi` is a text that begins with 3.0.");
        }
        match contract.get("info") {
            None => self.report(&contract, "`info` is missing"),
            Some(info) => {
                self.keys(&info, &keys::INFO);
                self.texts(&info, &["title", "version", "description"]);
                if !info
                    .text("version")
                    .is_some_and(|it| it.bytes().all(|it| it.is_ascii_graphic()))
                {
                    self.report(
                        &info,
                        "`version` holds visible ASCII only: the generator makes a header of it",
                    );
                }
            }
        }
        if let Some(docs) = contract.get("externalDocs") {
            self.external_docs(&docs);
        }
        let servers = contract.children_of("servers");
        if servers.len() != 1 {
            self.report(
                &contract,
                "`servers` has exactly one server: it is the default base URL",
            );
        }
        for (_, server) in servers {
            self.keys(&server, &keys::SERVER);
            self.texts(&server, &["url"]);
            let url = server.text("url").unwrap_or_default();
            let absolute = url.starts_with("https://") || url.starts_with("http://");
            if !absolute || url.contains(['?', '#', '{']) || url.ends_with('/') {
                self.report(
                    &server,
                    "`url` is an absolute URL, without query, variables or a slash at its end",
                );
            }
        }
        for (_, tag) in contract.children_of("tags") {
            self.keys(&tag, &keys::TAG);
            self.texts(&tag, &["name", "description"]);
            if let Some(docs) = tag.get("externalDocs") {
                self.external_docs(&docs);
            }
        }
        self.security(&contract);
        self.components(&contract);
        self.paths(&contract);
        let types = contract
            .value
            .pointer("/components/schemas/EventType/x-extensible-enum");
        let types = types.and_then(Value::as_array);
        for (name, item) in contract.children_of("x-webhooks") {
            self.path_item(&item, None, &mut BTreeSet::new());
            if item.keys() != ["post"] {
                self.report(&item, "an event is a `post`");
            }
            if !types.is_some_and(|types| types.iter().any(|known| *known == name)) {
                self.report(&item, "the component `EventType` does not list this event");
            }
        }
    }

    pub(super) fn external_docs(&mut self, docs: &Place<'a>) {
        self.keys(docs, &keys::EXTERNAL_DOCS);
        self.texts(docs, &["url"]);
    }

    /// Checks that the contract requires a bearer token, because that is what the hooks send with every call.
    fn security(&mut self, contract: &Place<'a>) {
        let schemes = contract
            .get("components")
            .map(|components| components.children_of("securitySchemes"))
            .unwrap_or_default();
        let expected = json!([{ (schemes.first().map_or("", |(name, _)| name)): [] }]);
        let required = contract.get("security").map(|security| security.value);
        if schemes.len() != 1 || required != Some(&expected) {
            self.report(
                contract,
                "`security` names the one scheme of `securitySchemes`",
            );
        }
        for (_, scheme) in schemes {
            self.keys(&scheme, &keys::SECURITY_SCHEME);
            self.texts(&scheme, &["description"]);
            if scheme.text("type") != Some("http") || scheme.text("scheme") != Some("bearer") {
                self.report(
                    &scheme,
                    "the client sends `Authorization: Bearer`: type http, scheme bearer",
                );
            }
        }
    }

    fn components(&mut self, contract: &Place<'a>) {
        let Some(components) = contract.get("components") else {
            return;
        };
        self.keys(&components, &keys::COMPONENTS);
        for (name, schema) in components.children_of("schemas") {
            if name != name.to_upper_camel_case() {
                let better = name.to_upper_camel_case();
                self.report(&schema, format!("a type's name is written `{better}`"));
            }
            if TYPE_NAMES.contains(&name.as_str()) {
                self.report(
                    &schema,
                    format!("the generated code uses the name `{name}` itself"),
                );
            }
            schema_rules::check(self, &schema, Use::Component);
        }
        for (_, parameter) in components.children_of("parameters") {
            self.parameter(&parameter);
        }
        for (_, response) in components.children_of("responses") {
            self.response(&response);
        }
    }
}
