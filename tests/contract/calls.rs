//! Calls each operation of the generated client. The suite fails for an operation without an entry, and for a parameter
//! that its entry does not set.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use watsi::{Client, Error, Response};

use crate::contract::Operation;

/// The arguments of a call, from the examples of the contract.
#[derive(Default)]
pub struct Input {
    parameters: Map<String, Value>,
    body: Value,
}

impl Input {
    /// Every parameter with its example.
    pub fn all(operation: &Operation, body: &Value) -> Self {
        let named = operation.parameters.iter();
        let named = named.map(|it| {
            (
                it["name"].as_str().unwrap().to_owned(),
                it["example"].clone(),
            )
        });
        Input {
            parameters: named.collect(),
            body: body.clone(),
        }
    }

    /// The required parameters alone.
    pub fn required(operation: &Operation, body: &Value) -> Self {
        let mut input = Input::all(operation, body);
        let required = |name: &str| {
            let mut named = operation.parameters.iter().filter(|it| it["name"] == name);
            named.any(|it| it["required"] == Value::Bool(true))
        };
        input.parameters.retain(|name, _| required(name));
        input
    }

    fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.parameters.get(name).map(|value| read(value))
    }

    fn body<T: DeserializeOwned>(&self) -> T {
        read(&self.body)
    }
}

pub fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("an example fits its type")
}

/// The JSON of a value as it is written: `to_value` would change the digits of an `f32`.
fn written(value: &impl Serialize) -> Value {
    let text = serde_json::to_string(value).expect("a value that was read can be serialized");
    serde_json::from_str(&text).expect("serde_json writes JSON")
}

/// A success that the client read.
pub struct Success {
    pub status: u16,
    /// Its `Debug` output.
    pub debug: String,
    /// The value, serialized, if it can be.
    pub json: Option<Value>,
}

pub async fn call(client: &Client, operation: &str, input: &Input) -> Result<Success, Error> {
    match operation {
        "list_conversations" => {
            let mut call = client.list_conversations();
            if let Some(limit) = input.get::<i64>("limit") {
                call = call.limit(limit);
            }
            if let Some(before) = input.get::<chrono::DateTime<chrono::Utc>>("before") {
                call = call.before(before);
            }
            if let Some(status) = input.get::<String>("status") {
                call = call.status(status.as_str());
            }
            if let Some(user) = input.get::<String>("assigned_user_id") {
                call = call.assigned_user_id(user.as_str());
            }
            success(call.send().await)
        }
        "send_message" => {
            let body: watsi::types::SendMessageRequest = input.body();
            success(client.send_message(body).send().await)
        }
        "create_webhook" => {
            let body: watsi::types::CreateWebhookRequest = input.body();
            success(client.create_webhook(body).send().await)
        }
        other => panic!("tests/contract/calls.rs does not call the operation `{other}`: add it"),
    }
}

fn success<T: Serialize + std::fmt::Debug>(
    result: Result<Response<T>, Error>,
) -> Result<Success, Error> {
    let value = result?;
    Ok(Success {
        status: value.status().as_u16(),
        debug: format!("{:#?}", *value),
        json: Some(written(&*value)),
    })
}

/// A success that cannot be serialized: bytes, or one of several types.
#[allow(dead_code, reason = "the contract decides which responses there are")]
fn unserialized<T: std::fmt::Debug>(result: Result<Response<T>, Error>) -> Result<Success, Error> {
    let value = result?;
    Ok(Success {
        status: value.status().as_u16(),
        debug: format!("{:#?}", *value),
        json: None,
    })
}

/// Reads `data` of an event as the type that the contract names, and writes it back.
pub fn event_data(schema: &str, data: &Value) -> Value {
    fn round_trip<T: DeserializeOwned + Serialize>(data: &Value) -> Value {
        written(&read::<T>(data))
    }
    match schema {
        "MessageReceivedData" => round_trip::<watsi::types::MessageReceivedData>(data),
        "MessageStatusData" => round_trip::<watsi::types::MessageStatusData>(data),
        "ConversationCreatedData" => round_trip::<watsi::types::ConversationCreatedData>(data),
        other => panic!("tests/contract/calls.rs does not read the data `{other}`: add it"),
    }
}
