//! Requests with valid parameters.

use serde_json::Value;

use super::known::text;
use super::{Check, Live, LiveError, Target, check_of, pages};
use crate::Operation;
use crate::contract::first_example;
use crate::parameter::Parameter;

/// The names and values of a query.
pub(super) type Query = Vec<(String, String)>;

impl<'c> Live<'c> {
    /// Checks each parameter alone, then all together.
    pub(super) async fn parameters(
        &mut self,
        target: &Target<'c>,
        page: &Value,
        done: &mut impl FnMut(Check),
    ) -> Result<(), LiveError> {
        let operation = target.operation;
        let mut all = target.query.clone();
        let mut count = 0;
        for parameter in operation.query_parameters() {
            let Some(value) = self.valid_value(operation, parameter, page) else {
                continue;
            };
            let Some(pairs) = parameter.pairs_of(&value) else {
                continue;
            };
            let mut check = check_of(operation, &format!("with `{}`", parameter.name));
            let query = with(&target.query, &pairs);
            let filtered = self.page(&mut check, target, &query).await?;
            let list = operation.list.as_ref();
            if let Some(list) = list.filter(|list| list.filters.contains(&parameter.name))
                && let Some(text) = text(&value)
                && let Some(finding) =
                    pages::filtered(list, page, &filtered, &parameter.name, &text)
                && self.page(&mut check, target, &target.query).await? == *page
            {
                check.findings.push(finding);
            }
            all = with(&all, &pairs);
            count += 1;
            done(check);
        }
        if count > 1 {
            let mut check = check_of(operation, "with all parameters");
            self.expect_success(&mut check, target, &all).await?;
            done(check);
        }
        Ok(())
    }

    /// Returns a valid value: one from the first page, or one from the contract.
    fn valid_value(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        page: &Value,
    ) -> Option<Value> {
        let list = operation.list.as_ref();
        let found = list.and_then(|list| {
            let items = page[&list.items].as_array()?;
            let name = if parameter.name == list.before {
                &list.timestamp
            } else {
                &parameter.name
            };
            items
                .iter()
                .map(|item| &item[name])
                .find(|value| value.is_string())
        });
        found.cloned().or_else(|| self.documented_value(parameter))
    }

    /// Returns a value from the contract: an example, the default, or the first of the values that it lists.
    pub(super) fn documented_value(&self, parameter: &Parameter) -> Option<Value> {
        let declared = self.contract.json().pointer(&parameter.pointer)?;
        let media = declared["content"]
            .as_object()
            .and_then(|content| content.values().next());
        let schemas = &self.contract.schemas;
        let schema = &schemas[schemas.resolve(parameter.schema)];
        let declared_schema = self.contract.json().pointer(&schema.pointer);
        let of_schema = |key: &str| declared_schema.and_then(|schema| schema.get(key)).cloned();
        let own = declared["schema"]
            .get("example")
            .or(declared["schema"].pointer("/examples/0"));
        let first_item = of_schema("examples").and_then(|examples| examples.get(0).cloned());
        let listed = schema.values.as_ref().and_then(|values| values.first());
        let known = schema
            .known_values
            .as_ref()
            .and_then(|values| values.first());
        let document = self.contract.json();
        first_example(document, declared)
            .or_else(|| first_example(document, media?))
            .or(own)
            .cloned()
            .or_else(|| of_schema("example"))
            .or(first_item)
            .or_else(|| parameter.default.clone())
            .or_else(|| schema.default.clone())
            .or_else(|| schema.constant.clone())
            .or_else(|| listed.cloned())
            .or_else(|| known.map(|value| Value::from(value.as_str())))
            .filter(|value| !value.is_null())
    }
}

/// Adds a parameter to a query, in place of its earlier values.
pub(super) fn with(query: &Query, pairs: &[(String, String)]) -> Query {
    let is_replaced = |name: &String| pairs.iter().any(|(other, _)| other == name);
    let others = query.iter().filter(|(name, _)| !is_replaced(name));
    others.chain(pairs).cloned().collect()
}
