//! The four steps of <https://docs.watsi.ai/quickstart>.
//!
//! ```text
//! cargo run -p watsi-examples
//! WATSI_API_KEY=... cargo run -p watsi-examples --features rustls -- [CONVERSATION_ID]
//! ```
//!
//! Without `WATSI_API_KEY`, it uses a sandbox on this machine and receives its events. With it, it uses the API, or the
//! server at `WATSI_BASE_URL`, and really sends the message, in the given conversation or in the most recent one.

use std::error::Error as StdError;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use watsi::types::{ConversationId, CreateWebhookRequest, SendMessageRequest};
use watsi::webhook::Verifier;
use watsi::{Client, Error, Outcome};
use watsi_sandbox::Sandbox;

#[path = "webhook_receiver.rs"]
#[expect(dead_code, reason = "its main is not called")]
pub mod webhook_receiver;

#[tokio::main]
async fn main() -> ExitCode {
    let mut out = io::stdout();
    let done = if std::env::var_os("WATSI_API_KEY").is_some() {
        with_the_api(&mut out).await
    } else {
        with_a_sandbox(&mut out).await
    };
    let Err(error) = done else {
        return ExitCode::SUCCESS;
    };
    eprintln!("{error}");
    // E.g. why a connection failed.
    let mut source = error.source();
    while let Some(cause) = source {
        eprintln!("caused by: {cause}");
        source = cause.source();
    }
    if let Some(error) = error.downcast_ref::<Error>()
        && error.operation() == "send_message"
        && error.outcome() == Outcome::Unknown
    {
        eprintln!("Check the conversation before you send the message again.");
    }
    ExitCode::FAILURE
}

async fn with_the_api(out: &mut impl Write) -> Result<(), Box<dyn StdError>> {
    writeln!(out, "Step 1: the API key\n  from WATSI_API_KEY")?;
    let chosen = std::env::args().nth(1).map(ConversationId::from);
    if list_and_send(&Client::from_env()?, chosen, out).await? {
        writeln!(
            out,
            "Step 4: its status\n  Later statuses (delivered, read, failed) arrive by webhook, as"
        )?;
        writeln!(
            out,
            "  `message.status` events: subscribe a URL with create_webhook()."
        )?;
    }
    Ok(())
}

/// Runs all four steps with a sandbox, including webhook events.
pub async fn with_a_sandbox(out: &mut impl Write) -> Result<(), Box<dyn StdError>> {
    writeln!(out, "Step 1: the API key")?;
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    writeln!(
        out,
        "  WATSI_API_KEY is not set: this is a sandbox on this machine."
    )?;
    let events = receive_events(&sandbox, &client).await?;
    sandbox.customer_writes("+5491155551234", "Hi, I have a question about my order");

    list_and_send(&client, None, out).await?;
    sandbox.advance(Duration::from_secs(60)); // the sandbox has a clock of its own
    sandbox.settled().await;
    writeln!(
        out,
        "Step 4: its status, by webhook (each event's signature was verified)"
    )?;
    for event in events.try_iter() {
        writeln!(out, "  {event}")?;
    }
    Ok(())
}

/// Runs steps 2 and 3. Returns whether there was a conversation to send a message in.
async fn list_and_send(
    client: &Client,
    chosen: Option<ConversationId>,
    out: &mut impl Write,
) -> Result<bool, Box<dyn StdError>> {
    writeln!(
        out,
        "Step 2: list the conversations (this shows that the key works)"
    )?;
    let page = client.list_conversations().limit(20).send().await?;
    for conversation in &page.chats {
        let (id, status) = (&conversation.id, &conversation.status);
        let name = conversation.customer.name.as_deref().unwrap_or("(no name)");
        writeln!(out, "  {id}  {status}  {name}")?;
    }
    let more = if page.has_more {
        ", and older ones"
    } else {
        ""
    };
    writeln!(out, "  conversations: {}{more}", page.chats.len())?;
    let Some(conversation_id) = chosen.or_else(|| page.chats.first().map(|it| it.id.clone()))
    else {
        writeln!(
            out,
            "  Write to your WhatsApp Business number first: that opens a conversation."
        )?;
        return Ok(false);
    };
    writeln!(out, "Step 3: send a message to {conversation_id}")?;
    let request = SendMessageRequest::new(conversation_id, "Hello from the Watsi API!");
    let sent = client.send_message(request).send().await?;
    writeln!(out, "  {} is {}", sent.message.id, sent.message.status)?;
    Ok(true)
}

/// Starts a receiver on this machine and subscribes it. The channel gets one line per event.
async fn receive_events(
    sandbox: &Sandbox,
    client: &Client,
) -> Result<mpsc::Receiver<String>, Box<dyn StdError>> {
    let (sender, events) = mpsc::channel();
    let verifier = Verifier::new(sandbox.webhook_secret())?;
    // After the last step, nobody reads the channel any more.
    let router = webhook_receiver::receiver(verifier, move |line| drop(sender.send(line)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let request = CreateWebhookRequest::new(url, ["message.received", "message.status"]);
    client.create_webhook(request).send().await?;
    Ok(events)
}
