//! Validates a payload against its schema, and records which properties were present.

use std::fmt::Write;

use chrono::DateTime;
use serde_json::{Map, Value};
use url::Url;

use super::ids::{Id, Part};
use super::schema::{Bounds, Components, Format, Kind, More, Property, Schema, Text};
use super::{Finding, Severity};

/// The sender of the payload, which determines the severity of a finding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Writer {
    Api,
    Caller,
}

impl Writer {
    fn wrong(self) -> Severity {
        match self {
            Writer::Api => Severity::Breaking,
            Writer::Caller => Severity::Request,
        }
    }

    fn undocumented(self) -> Severity {
        match self {
            Writer::Api => Severity::Additive,
            Writer::Caller => Severity::Request,
        }
    }
}

/// A step from a value to a child. The full pointer is built only for a finding.
enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

pub(super) struct Walk<'c, 'v> {
    components: &'c Components,
    writer: Writer,
    part: &'static Part,
    /// The location of the payload in the exchange, e.g. `/response/body`.
    root: &'v str,
    steps: Vec<Step<'v>>,
    pub findings: Vec<Finding>,
    /// Contract pointers to the properties that were present with a value.
    pub seen: Vec<&'c str>,
}

impl<'c: 'v, 'v> Walk<'c, 'v> {
    pub fn new(
        components: &'c Components,
        writer: Writer,
        part: &'static Part,
        root: &'v str,
    ) -> Self {
        Walk {
            components,
            writer,
            part,
            root,
            steps: Vec::new(),
            findings: Vec::new(),
            seen: Vec::new(),
        }
    }

    pub fn value(&mut self, schema: &'c Schema, value: &'v Value) {
        if value.is_null() && schema.nullable {
            return;
        }
        match &schema.kind {
            Kind::Component(name) => {
                if let Some(component) = self.components.get(name) {
                    self.value(component, value);
                }
            }
            Kind::All(parts) if parts.len() == 1 => self.value(&parts[0], value),
            Kind::All(parts) => self.all(schema, parts, value),
            Kind::Object { properties, more } => match value {
                Value::Object(object) => {
                    self.properties(schema, properties, object);
                    self.others(schema, more, object, &|name| {
                        properties.iter().any(|property| property.name == name)
                    });
                }
                _ => self.another_type(schema, value),
            },
            Kind::List(items) => match value {
                Value::Array(values) => {
                    for (index, value) in values.iter().enumerate() {
                        self.at(Step::Index(index), |walk| walk.value(items, value));
                    }
                }
                _ => self.another_type(schema, value),
            },
            Kind::Text(text) => match value {
                Value::String(value) => self.text(schema, text, value),
                _ => self.another_type(schema, value),
            },
            Kind::Integer(bounds) if value.is_i64() || value.is_u64() => {
                self.bounds(schema, bounds, value);
            }
            Kind::Number(bounds) if value.is_number() => self.bounds(schema, bounds, value),
            Kind::Boolean if value.is_boolean() => {}
            _ => self.another_type(schema, value),
        }
    }

    /// Validates a composition. Each part may have the properties of the others.
    fn all(&mut self, schema: &'c Schema, parts: &'c [Schema], value: &'v Value) {
        let Value::Object(object) = value else {
            return self.another_type(schema, value);
        };
        let mut known = Vec::new();
        for part in parts {
            if let Kind::Object { properties, .. } = &part.target(self.components).kind {
                self.properties(part.target(self.components), properties, object);
                known.extend(properties.iter().map(|property| property.name.as_str()));
            }
        }
        self.others(schema, &More::None, object, &|name| known.contains(&name));
    }

    fn properties(
        &mut self,
        schema: &'c Schema,
        properties: &'c [Property],
        object: &'v Map<String, Value>,
    ) {
        for property in properties {
            match object.get(&property.name) {
                Some(value) => {
                    if !value.is_null() {
                        self.seen.push(&property.schema.pointer);
                    }
                    self.at(Step::Key(&property.name), |walk| {
                        walk.value(&property.schema, value);
                    });
                }
                None if property.required => self.at(Step::Key(&property.name), |walk| {
                    let rule = format!("{}/required", schema.pointer);
                    let severity = walk.writer.wrong();
                    walk.report(walk.part.property_missing, severity, &rule, "is missing");
                }),
                None => {}
            }
        }
    }

    fn others(
        &mut self,
        schema: &'c Schema,
        more: &'c More,
        object: &'v Map<String, Value>,
        documented: &dyn Fn(&str) -> bool,
    ) {
        for (name, value) in object {
            if documented(name) {
                continue;
            }
            match more {
                More::Any => {}
                More::Of(schema) => self.at(Step::Key(name), |walk| walk.value(schema, value)),
                More::None => self.at(Step::Key(name), |walk| {
                    let severity = walk.writer.undocumented();
                    let id = walk.part.property_unknown;
                    walk.report(id, severity, &schema.pointer, "is not documented");
                }),
            }
        }
    }

    fn text(&mut self, schema: &'c Schema, text: &Text, value: &str) {
        let format = match text.format {
            Some(Format::DateTime) if !is_date_time(value) => Some((
                self.part.date_time_invalid,
                "is not a valid date-time (RFC 3339)",
            )),
            Some(Format::Uri) if !is_uri(value) => {
                Some((self.part.uri_invalid, "is not a valid absolute URI"))
            }
            _ => None,
        };
        if let Some((id, sentence)) = format {
            self.wrong(id, schema, sentence);
        } else if let Some(pattern) = &text.pattern
            && !pattern.is_match(value)
        {
            let sentence = format!("does not match the pattern `{pattern}`");
            self.wrong(self.part.pattern_mismatch, schema, sentence);
        }
        if let Some(listed) = &text.listed
            && !listed.iter().any(|known| known == value)
        {
            let sentence = format!("has {}", unknown_value(value));
            let id = self.part.enum_value_unknown;
            self.report(id, Severity::Additive, &schema.pointer, sentence);
        }
    }

    fn bounds(&mut self, schema: &'c Schema, bounds: &Bounds, value: &Value) {
        let number = value.as_f64().unwrap_or_default();
        let below = |minimum| number < minimum || bounds.exclusive_minimum && number <= minimum;
        let above = |maximum| number > maximum || bounds.exclusive_maximum && number >= maximum;
        let Part {
            below_minimum,
            above_maximum,
            ..
        } = self.part;
        let (id, sentence) = match (bounds.minimum, bounds.maximum) {
            (Some(minimum), _) if below(minimum) && bounds.exclusive_minimum => {
                (below_minimum, format!("is not greater than {minimum}"))
            }
            (Some(minimum), _) if below(minimum) => {
                (below_minimum, format!("is less than {minimum}"))
            }
            (_, Some(maximum)) if above(maximum) && bounds.exclusive_maximum => {
                (above_maximum, format!("is not less than {maximum}"))
            }
            (_, Some(maximum)) if above(maximum) => {
                (above_maximum, format!("is greater than {maximum}"))
            }
            _ => return,
        };
        self.wrong(*id, schema, sentence);
    }

    fn another_type(&mut self, schema: &'c Schema, value: &Value) {
        let actual = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        let sentence = format!("is {actual}, expected {}", schema.name());
        self.wrong(self.part.type_mismatch, schema, sentence);
    }

    fn at(&mut self, step: Step<'v>, look: impl FnOnce(&mut Self)) {
        self.steps.push(step);
        look(self);
        self.steps.pop();
    }

    fn wrong(&mut self, id: Id, schema: &Schema, sentence: impl Into<String>) {
        self.report(id, self.writer.wrong(), &schema.pointer, sentence);
    }

    fn report(&mut self, id: Id, severity: Severity, contract: &str, sentence: impl Into<String>) {
        let mut pointer = self.root.to_owned();
        for step in &self.steps {
            pointer.push('/');
            match step {
                Step::Key(key) => pointer.push_str(&token(key)),
                Step::Index(index) => _ = write!(pointer, "{index}"),
            }
        }
        self.findings
            .push(Finding::new(id, severity, pointer, contract, sentence));
    }
}

/// Describes an unknown value of an open enum. Only an identifier is quoted, never a text or a number that a person
/// wrote.
fn unknown_value(value: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
    let letters = value.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if letters && digits < 5 && value.len() <= 40 && value.chars().all(allowed) {
        format!("the unknown value `{value}`")
    } else {
        "an unknown value".to_owned()
    }
}

/// Returns a name as a JSON pointer token. A name that may be a phone number is not shown.
pub(super) fn token(name: &str) -> String {
    if name.bytes().filter(u8::is_ascii_digit).count() >= 5 {
        return "(a name with digits)".to_owned();
    }
    super::rules::escape(name)
}

/// Validates RFC 3339 strictly. The parser also accepts a space instead of the `T`.
pub(super) fn is_date_time(value: &str) -> bool {
    // The parser also accepts the minus sign U+2212.
    value.is_ascii()
        && matches!(value.as_bytes().get(10), Some(b'T' | b't'))
        && DateTime::parse_from_rfc3339(value).is_ok()
}

/// Checks for invalid characters first, because the parser repairs them.
fn is_uri(value: &str) -> bool {
    let written = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    value.bytes().all(written) && Url::parse(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_uri;

    #[test]
    fn a_uri_is_written_as_one_and_can_be_read() {
        assert!(is_uri("https://example.com/a%20b"));
        assert!(!is_uri("https://example.com/a b"));
        assert!(!is_uri("example"));
    }
}
