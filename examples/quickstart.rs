//! The four steps of <https://docs.watsi.ai/quickstart>.
//!
//! ```text
//! cargo run --features full --example quickstart
//! WATSI_API_KEY=... cargo run --features full --example quickstart -- [CONVERSATION_ID]
//! ```
//!
//! Without `WATSI_API_KEY` it talks to a mock on this machine, which answers with the contract's own
//! examples. With it, to the API, or to the server at `WATSI_BASE_URL`; the message is then really
//! sent, to the given conversation or to the most recent one.

use std::process::ExitCode;

use watsi::types::{ConversationId, SendMessageRequest};
use watsi::{Client, Delivery, Error};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main]
async fn main() -> ExitCode {
    match quickstart().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            if error.operation() == "send_message" && error.delivery() == Delivery::Unknown {
                eprintln!("Look into the conversation before you send the message again.");
            }
            ExitCode::FAILURE
        }
    }
}

async fn quickstart() -> Result<(), Error> {
    println!("Step 1: the API key");
    let mock;
    let client = if std::env::var_os("WATSI_API_KEY").is_some() {
        println!("  from WATSI_API_KEY");
        Client::from_env()?
    } else {
        mock = contract_mock().await;
        println!(
            "  WATSI_API_KEY is not set: a mock on this machine answers with the contract's examples"
        );
        Client::builder()
            .api_key("quickstart")
            .base_url(mock.uri())
            .build()?
    };

    println!("Step 2: list the conversations (this shows that the key works)");
    let page = client.list_conversations().limit(20).send().await?;
    for conversation in &page.chats {
        let name = conversation.customer.name.as_deref().unwrap_or("(no name)");
        println!(
            "  {}  {}  {name}",
            conversation.id.as_str(),
            conversation.status
        );
    }
    let more = if page.has_more {
        ", and older ones"
    } else {
        ""
    };
    println!("  {} conversations{more}", page.chats.len());

    let chosen = std::env::args().nth(1).map(ConversationId::from);
    let Some(conversation_id) = chosen.or_else(|| page.chats.first().map(|it| it.id.clone()))
    else {
        println!("  Write to your WhatsApp Business number first: that opens a conversation.");
        return Ok(());
    };

    println!("Step 3: send a message to {}", conversation_id.as_str());
    let request = SendMessageRequest {
        conversation_id,
        body: "Hello from the Watsi API!".into(),
    };
    let sent = client.send_message().body(request).send().await?;
    println!("  message {}", sent.message.id.as_str());

    println!("Step 4: its status");
    println!("  {}", sent.message.status);
    println!(
        "  Later states (delivered, read, failed) arrive by webhook, as `message.status` events:"
    );
    println!("  subscribe a URL with create_webhook(). The API documents no way to ask for them.");
    Ok(())
}

/// Serves the first example of every operation's success.
async fn contract_mock() -> MockServer {
    let contract = include_str!(concat!(env!("OUT_DIR"), "/contract.json"));
    let contract: serde_json::Value = serde_json::from_str(contract).expect("the build wrote JSON");
    let server = MockServer::start().await;
    for (template, operations) in contract["paths"].as_object().into_iter().flatten() {
        for (verb, operation) in operations.as_object().into_iter().flatten() {
            let examples =
                &operation["responses"]["2XX"]["content"]["application/json"]["examples"];
            let example = examples.as_object().and_then(|named| named.values().next());
            let Some(example) = example else { continue };
            let answer = ResponseTemplate::new(200).set_body_json(&example["value"]);
            let mock = Mock::given(method(verb.as_str())).and(path(template.as_str()));
            mock.respond_with(answer).mount(&server).await;
        }
    }
    server
}
