//! Requests that the contract does not allow, and filters that match nothing.

use http::StatusCode;
use serde_json::{Number, Value};

use super::call::Key;
use super::{Check, Live, LiveError, Query, Target, check_of, unexpected, with};
use crate::list::CursorList;
use crate::parameter::Parameter;
use crate::schema::{Format, Schema, Schemas, Types};
use crate::validate::is_uuid;
use crate::{Part, Severity, ids};

/// The status codes that reject an invalid parameter.
const REJECTIONS: [StatusCode; 2] = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];

/// A value that no server has.
const NO_VALUE: &str = "no-such-value";
const NO_UUID: &str = "00000000-0000-4000-8000-000000000000";

/// The longest text that is sent to exceed a maximum length.
const LONGEST: usize = 4096;

impl<'c> Live<'c> {
    pub(super) async fn probes(
        &mut self,
        target: &Target<'c>,
        page: &Value,
        done: &mut impl FnMut(Check),
    ) -> Result<(), LiveError> {
        let schemas = &self.contract.schemas;
        let (operation, required) = (target.operation, &target.query);
        for parameter in operation.query_parameters() {
            if let Some(wrong) = wrong_type(parameter, schemas) {
                let query = with(required, &[(parameter.name.clone(), wrong.to_owned())]);
                let mut check = check_of(operation, &format!("with `{}={wrong}`", parameter.name));
                let exchange = self.call(&mut check, target, &query, Key::Valid).await?;
                let documents = |status: &StatusCode| operation.response(*status).is_some();
                // A server that ignores the value does more than is documented.
                let is_ignored =
                    exchange.response.status().is_success() && !REJECTIONS.iter().any(documents);
                let severity = if is_ignored {
                    Severity::Additive
                } else {
                    Severity::Breaking
                };
                self.expect_rejection(&mut check, operation, &exchange, &REJECTIONS, severity);
                done(check);
            }
            let schema = &schemas[schemas.resolve(parameter.schema)];
            for OutOfBounds { value, place } in out_of_bounds(schema) {
                let query = with(required, &[(parameter.name.clone(), value)]);
                let check = self.out_of_bounds(target, &query, place, parameter);
                done(check.await?);
            }
        }
        if let Some(list) = &operation.list {
            for name in &list.filters {
                let query = with(required, &[(name.clone(), no_match(list, page, name))]);
                done(self.no_match(target, list, &query, name).await?);
            }
        }
        Ok(())
    }

    /// Sends a value beyond a documented bound. A server that accepts it does more than is documented, unless its
    /// response exceeds the bound as well.
    async fn out_of_bounds(
        &mut self,
        target: &Target<'c>,
        query: &Query,
        what: &str,
        parameter: &Parameter,
    ) -> Result<Check, LiveError> {
        let operation = target.operation;
        let mut check = check_of(operation, &format!("with `{}` {what}", parameter.name));
        let exchange = self.call(&mut check, target, query, Key::Valid).await?;
        self.validate_rejection(&mut check, operation, &exchange, &REJECTIONS);
        let status = exchange.response.status();
        if REJECTIONS.contains(&status) || operation.response(status).is_none() {
            return Ok(check);
        }
        // The rules of a list do not apply to an invalid request.
        check
            .findings
            .retain(|finding| finding.part() != Part::List);
        let page: Value = serde_json::from_slice(exchange.response.body()).unwrap_or_default();
        let maximum = self.contract.schemas.maximum(parameter.schema);
        let list = operation
            .list
            .as_ref()
            .filter(|list| parameter.name == list.limit);
        let count = list.map_or(0, |list| list.items(&page).len());
        if let Some(list) = list
            && maximum
                .is_some_and(|maximum| i64::try_from(count).is_ok_and(|count| count > maximum))
        {
            let sentence = format!("has {count} items, which exceeds the maximum");
            let id = ids::LIST_LIMIT_EXCEEDED;
            check.findings.push(list.finding(id, &list.items, sentence));
            return Ok(check);
        }
        let sentence = format!(
            "is {} although `{}` is {what}",
            status.as_u16(),
            parameter.name
        );
        let mut finding = unexpected(ids::RESPONSE_REJECTION_EXPECTED, operation, sentence);
        if status.is_success() {
            finding.severity = Severity::Additive;
        }
        check.findings.push(finding);
        Ok(check)
    }

    /// Filters a list by a value that matches nothing. A server may reject the value.
    async fn no_match(
        &mut self,
        target: &Target<'c>,
        list: &CursorList,
        query: &Query,
        name: &str,
    ) -> Result<Check, LiveError> {
        let operation = target.operation;
        let mut check = check_of(
            operation,
            &format!("with a value of `{name}` that matches nothing"),
        );
        let exchange = self.call(&mut check, target, query, Key::Valid).await?;
        self.validate_rejection(&mut check, operation, &exchange, &REJECTIONS);
        let page: Value = serde_json::from_slice(exchange.response.body()).unwrap_or_default();
        if check.findings.is_empty() && !list.items(&page).is_empty() {
            let sentence = format!("has items although none match `{name}`");
            let id = ids::LIST_FILTER_IGNORED;
            check.findings.push(list.finding(id, &list.items, sentence));
        }
        Ok(check)
    }
}

/// Returns a value that the filter matches nowhere, in the format of the values on the page.
fn no_match(list: &CursorList, page: &Value, name: &str) -> String {
    let mut values = list
        .items(page)
        .iter()
        .filter_map(|item| item[name].as_str());
    // Without a value, an identifier is the safer guess: a server that expects one rejects other texts.
    let uuid = values.next().map_or(name.ends_with("id"), is_uuid);
    if uuid { NO_UUID } else { NO_VALUE }.to_owned()
}

/// Returns a value of the wrong type, if the type excludes any text.
fn wrong_type(parameter: &Parameter, schemas: &Schemas) -> Option<&'static str> {
    let types = schemas.types(parameter.schema).without(Types::NULL);
    let format = schemas[schemas.resolve(parameter.schema)].format;
    match types {
        Types::INTEGER | Types::NUMBER => Some("many"),
        Types::BOOLEAN => Some("perhaps"),
        Types::STRING if format == Some(Format::DateTime) => Some("yesterday"),
        _ => None,
    }
}

/// A value beyond a bound of its schema.
struct OutOfBounds {
    value: String,
    /// Where the value is, e.g. `below its minimum`.
    place: &'static str,
}

/// Returns the values next to the bounds of the schema.
fn out_of_bounds(schema: &Schema) -> Vec<OutOfBounds> {
    let mut values = Vec::new();
    let integer = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_i64);
    if let Some(below) = integer(&schema.minimum).and_then(|minimum| minimum.checked_sub(1)) {
        values.push(OutOfBounds {
            value: below.to_string(),
            place: "below its minimum",
        });
    }
    if let Some(above) = integer(&schema.maximum).and_then(|maximum| maximum.checked_add(1)) {
        values.push(OutOfBounds {
            value: above.to_string(),
            place: "above its maximum",
        });
    }
    if let Some(length) = schema
        .max_length
        .and_then(|length| usize::try_from(length).ok())
        && length < LONGEST
    {
        values.push(OutOfBounds {
            value: "a".repeat(length + 1),
            place: "above its maximum length",
        });
    }
    values
}
