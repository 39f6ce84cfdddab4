//! Sends one message if requested.

use serde_json::Value;

use super::call::Key;
use super::{Check, Live, LiveError, check_of};
use crate::conformance::{Finding, Severity, ids};
use crate::types::ConversationId;

impl Live<'_> {
    /// Sends the contract's example message and checks the response.
    pub(super) async fn send(&mut self, conversation: &ConversationId) -> Result<Check, LiveError> {
        let contract = self.contract;
        let Some(operation) = contract.operation("send_message") else {
            let mut check = Check::new("send_message");
            check.skipped = Some("the contract has no operation `send_message`".to_owned());
            return Ok(check);
        };
        let mut check = check_of(operation, "to the given conversation");
        let example = format!(
            "{}/requestBody/content/application~1json/examples",
            operation.pointer
        );
        let examples = contract.json().pointer(&example).and_then(Value::as_object);
        let example = examples
            .and_then(|examples| examples.values().next())
            .map(|example| example["value"].clone());
        let Some(mut body) = example.filter(Value::is_object) else {
            check.skipped = Some("the contract has no example for the request body".to_owned());
            return Ok(check);
        };
        body["conversation_id"] = Value::from(conversation.as_str());
        let sent = self
            .call(&mut check, operation, &[], Key::Valid, Some(&body))
            .await?;
        let status = sent.1.status();
        self.validate(&mut check, operation, &sent);
        if !status.is_success() {
            // The server may be right: the window is closed, the conversation is unknown, or the API key lacks the
            // scope.
            if operation.response(status).is_some() && check.findings.is_empty() {
                let status = status.as_u16();
                check.skipped = Some(format!("the server responded to the message with {status}"));
            }
            return Ok(check);
        }
        let response: Value = serde_json::from_slice(sent.1.body()).unwrap_or_default();
        for name in ["conversation_id", "body"] {
            let echo = &response["message"][name];
            if echo.is_string() && *echo != body[name] {
                check.findings.push(Finding::new(
                    ids::RESPONSE_MESSAGE_MISMATCH,
                    Severity::Breaking,
                    format!("/response/body/message/{name}"),
                    &operation.pointer,
                    "differs from the message that was sent",
                ));
            }
        }
        Ok(check)
    }
}
