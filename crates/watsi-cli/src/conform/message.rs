//! Sends one message to a server that is validated.

use openapi_conformance::{Check, Finding, Live, LiveError, Part, Severity};

use crate::ids::MESSAGE_MISMATCH;

/// The operation of the contract that sends a message.
const OPERATION: &str = "send_message";

/// Sends the contract's example message to this conversation, and checks that the response contains it.
pub async fn send(live: &mut Live<'_>, conversation: &str) -> Result<Check, LiveError> {
    let contract = live.coverage().contract();
    let Some(operation) = contract.operation(OPERATION) else {
        let reason = format!("the contract has no operation `{OPERATION}`");
        return Ok(Check::skipped(OPERATION, reason));
    };
    let example = contract.request_example(operation);
    let Some(example) = example.filter(|example| example.is_object()) else {
        let reason = "the contract has no example for the request body";
        return Ok(Check::skipped(OPERATION, reason));
    };
    let mut body = example.clone();
    body["conversation_id"] = conversation.into();
    let sent = live.send(operation, &body).await?;
    let mut check = sent.check;
    check.name = format!("{OPERATION} to the given conversation");
    if !sent.status.is_success() {
        // The server may be right: the window is closed, the conversation is unknown, or the API key lacks the scope.
        if operation.documents(sent.status) && check.findings.is_empty() {
            let status = sent.status.as_u16();
            check.skipped = Some(format!("the server responded to the message with {status}"));
        }
        return Ok(check);
    }
    for name in ["conversation_id", "body"] {
        let echo = &sent.body["message"][name];
        if echo.is_string() && *echo != body[name] {
            check.findings.push(Finding::new(
                MESSAGE_MISMATCH.0,
                Part::Response,
                Severity::Breaking,
                format!("/response/body/message/{name}"),
                operation.pointer(),
                "differs from the message that was sent",
            ));
        }
    }
    Ok(check)
}
