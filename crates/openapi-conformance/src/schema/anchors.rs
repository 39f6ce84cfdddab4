//! Finds schemas that are referred to by a name instead of a location: `$anchor`, `$dynamicAnchor` and `$id`.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::place::escape;

/// The locations of the schemas of a document that have names, by reference. That of an ambiguous name is `None`.
pub struct Anchors(HashMap<String, Option<String>>);

impl Anchors {
    pub fn of(root: &Value) -> Self {
        let mut anchors = Anchors(HashMap::new());
        let mut open = vec![(String::new(), root)];
        while let Some((pointer, value)) = open.pop() {
            match value {
                Value::Object(object) => {
                    anchors.add_names(value, &pointer);
                    for (key, value) in object {
                        if !matches!(
                            &**key,
                            "enum" | "const" | "default" | "example" | "examples"
                        ) {
                            open.push((format!("{pointer}/{}", escape(key)), value));
                        }
                    }
                }
                Value::Array(items) => {
                    let items = items.iter().enumerate();
                    open.extend(items.map(|(index, item)| (format!("{pointer}/{index}"), item)));
                }
                _ => {}
            }
        }
        anchors
    }

    fn add_names(&mut self, schema: &Value, pointer: &str) {
        let anchor = schema["$anchor"].as_str();
        let dynamic = schema["$dynamicAnchor"].as_str();
        let mut names: Vec<_> = anchor
            .into_iter()
            .chain(dynamic)
            .map(|name| format!("#{name}"))
            .collect();
        names.extend(
            schema["$id"]
                .as_str()
                .map(|id| id.trim_end_matches('#').to_owned()),
        );
        names.dedup();
        for name in names {
            let first = self
                .0
                .entry(name)
                .or_insert_with(|| Some(pointer.to_owned()));
            if first.as_deref() != Some(pointer) {
                *first = None;
            }
        }
    }

    /// Returns the location that a reference leads to.
    pub fn target(&self, reference: &str) -> Option<String> {
        if let Some(target) = self.0.get(reference.trim_end_matches('#')) {
            return target.clone();
        }
        let (id, fragment) = reference.split_at(reference.find('#')?);
        let resource = self.0.get(id)?.as_ref()?;
        Some(format!("{resource}{}", canonical(fragment)?))
    }
}

/// Returns the JSON pointer of a reference within the document, or `None` for any other reference.
pub fn canonical(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    let pointer = percent_decode_str(fragment).decode_utf8().ok()?;
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.into_owned())
}
