//! Calls every operation of the server at `WATSI_BASE_URL`, so that the traffic can be recorded. Never run it against
//! production, where it would send messages.

use serde_json::Value;
use watsi::Client;

use crate::calls::{Input, call};
use crate::contract::OPERATIONS;

#[tokio::test]
#[ignore = "needs a server at WATSI_BASE_URL"]
async fn every_operation_is_called_with_its_examples() {
    let client = Client::from_env().unwrap();
    for operation in OPERATIONS.iter() {
        let mut bodies = operation.request_examples();
        if bodies.is_empty() {
            bodies.push(("nothing", &Value::Null));
        }
        for (name, body) in bodies {
            for input in [
                Input::required(operation, body),
                Input::all(operation, body),
            ] {
                let done = call(&client, operation.id, &input).await;
                // A duplicate is a conflict.
                let done = done.map_or_else(|error| error.status(), |it| it.status.try_into().ok());
                let status = done.map(|status| status.as_u16());
                assert!(
                    matches!(status, Some(200..300 | 409)),
                    "{} {name}: {status:?}",
                    operation.id
                );
            }
        }
    }
}
