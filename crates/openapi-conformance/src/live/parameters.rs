//! Requests with valid parameters.

use serde_json::Value;

use super::{Check, Live, LiveError, check_of, pages};
use crate::Operation;
use crate::parameter::Parameter;

/// The names and values of a query.
pub(super) type Query = Vec<(String, String)>;

impl<'c> Live<'c> {
    /// Returns the required query parameters with their examples, or `None` if one has no example.
    pub(super) fn required_parameters(&self, operation: &'c Operation) -> Option<Query> {
        let parameters = operation.query_parameters();
        let required = parameters.filter(|parameter| parameter.required);
        required
            .map(|parameter| Some((parameter.name.clone(), self.example(parameter)?)))
            .collect()
    }

    /// Checks each parameter alone, then all together.
    pub(super) async fn parameters(
        &mut self,
        operation: &'c Operation,
        required: &Query,
        page: &Value,
        done: &mut impl FnMut(Check),
    ) -> Result<(), LiveError> {
        let mut all = Query::new();
        for parameter in operation.query_parameters() {
            let Some(value) = self.valid_value(operation, parameter, page) else {
                continue;
            };
            let mut check = check_of(operation, &format!("with `{}`", parameter.name));
            let pair = (parameter.name.clone(), value);
            let query = with(required, &pair);
            let filtered = self.page(&mut check, operation, &query).await?;
            let list = operation.list.as_ref();
            if let Some(list) = list.filter(|list| list.filters.contains(&parameter.name))
                && let Some(finding) = pages::filtered(list, page, &filtered, &pair)
                && self.page(&mut check, operation, required).await? == *page
            {
                check.findings.push(finding);
            }
            all.push(pair);
            done(check);
        }
        if all.len() > 1 {
            let mut check = check_of(operation, "with all parameters");
            self.expect_success(&mut check, operation, &all).await?;
            done(check);
        }
        Ok(())
    }

    /// Returns a valid value: one from the first page, or the contract's example.
    fn valid_value(
        &self,
        operation: &Operation,
        parameter: &Parameter,
        page: &Value,
    ) -> Option<String> {
        let list = operation.list.as_ref();
        let found = list.and_then(|list| {
            let items = page[&list.items].as_array()?;
            let name = if parameter.name == list.before {
                &list.timestamp
            } else {
                &parameter.name
            };
            items.iter().find_map(|item| item[name].as_str())
        });
        found.map(str::to_owned).or_else(|| self.example(parameter))
    }

    /// Returns the contract's example of a parameter, or its default.
    fn example(&self, parameter: &Parameter) -> Option<String> {
        let declared = self.contract.json().pointer(&parameter.pointer)?;
        let examples = declared["examples"].as_object();
        let named = examples.and_then(|examples| examples.values().next()?.get("value"));
        let schema = &declared["schema"];
        let known = [
            declared.get("example"),
            named,
            schema.get("example"),
            schema.pointer("/examples/0"),
            parameter.default.as_ref(),
        ];
        match known.into_iter().flatten().next()? {
            Value::String(text) => Some(text.clone()),
            Value::Array(_) | Value::Object(_) => None,
            other => Some(other.to_string()),
        }
    }
}

/// Adds a parameter to a query.
pub(super) fn with(query: &Query, pair: &(String, String)) -> Query {
    let others = query.iter().filter(|(name, _)| *name != pair.0);
    others.chain([pair]).cloned().collect()
}
