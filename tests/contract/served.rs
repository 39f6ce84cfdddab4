//! Every operation against a server that is named, so that its traffic can be recorded. Opt in with
//! `WATSI_BASE_URL` and `WATSI_API_KEY`; never production, where it would send a message.

use serde_json::Value;
use watsi::Client;

use crate::calls::{Input, call};
use crate::contract::OPERATIONS;

#[tokio::test]
async fn every_operation_is_called_with_its_examples() {
    if std::env::var_os("WATSI_BASE_URL").is_none() {
        return eprintln!("WATSI_BASE_URL is not set: no server is asked");
    }
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
                // What is there already is a conflict the second time.
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
