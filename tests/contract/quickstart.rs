//! The payloads of the quickstart, verbatim in `quickstart/`, are examples of the contract.
//! Source: <https://docs.watsi.ai/quickstart>.

use serde_json::Value;

use crate::contract::OPERATIONS;

fn payload(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn payloads_of_the_quickstart_are_examples() {
    let responses = [
        (
            "list_conversations",
            include_str!("quickstart/conversations.json"),
        ),
        ("send_message", include_str!("quickstart/message.json")),
    ];
    for (id, text) in responses {
        let operation = OPERATIONS
            .iter()
            .find(|operation| operation.id == id)
            .unwrap();
        let mut responses = operation.documented_responses().into_iter();
        let shown = responses.find(|response| response.example == "quickstart");
        assert_eq!(shown.unwrap().body, &payload(text), "{id}");
    }
    let send = OPERATIONS
        .iter()
        .find(|operation| operation.id == "send_message")
        .unwrap();
    let request = payload(include_str!("quickstart/send_message.json"));
    assert!(send.request_examples().contains(&("quickstart", &request)));
}
