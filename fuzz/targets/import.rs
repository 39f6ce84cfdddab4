//! A state is either imported, and can then be exported and imported again, or refused as a whole.

#![no_main]

#[path = "../shared/edits.rs"]
mod edits;

use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use watsi_sandbox::Sandbox;

use edits::{Palette, edit};

struct Fixture {
    runtime: Runtime,
    sandbox: Sandbox,
    another: Sandbox,
    state: Value,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("there are threads");
    let sandbox = runtime.block_on(Sandbox::start());
    let another = runtime.block_on(Sandbox::start());
    sandbox.seed(2);
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    runtime.block_on(async {
        let client = sandbox.client();
        let message = watsi::types::SendMessageRequest::new(id, "Hello!");
        client
            .send_message(message)
            .send()
            .await
            .expect("it is sent");
        let webhook = watsi::types::CreateWebhookRequest::new(
            "https://example.com/",
            vec!["message.received".to_owned()],
        );
        client
            .create_webhook(webhook)
            .send()
            .await
            .expect("it is created");
    });
    let state = sandbox.export();
    Fixture {
        runtime,
        sandbox,
        another,
        state,
    }
});

/// The values that an edit can insert.
static PALETTE: LazyLock<Vec<Value>> = LazyLock::new(|| {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1_u64 << 40),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("+5491155551234"),
        json!("+1"),
        json!("msg_000000000001"),
        json!("550e8400-e29b-41d4-a716-446655440000"),
        json!("x".repeat(70_000)),
        json!("-0001-01-01T00:00:00Z"),
        json!("0000-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59.999Z"),
        json!("9999-12-31T23:59:60Z"),
        json!("+10000-01-01T00:00:00Z"),
        json!("2025-03-15T10:30:00.123456789+14:00"),
        json!("delivered"),
        json!("closed"),
        json!("https://example.com/"),
        json!([]),
        json!({}),
        json!(vec!["message.received"; 2000]),
    ]
});

const NAMES: [&str; 8] = [
    "id",
    "now",
    "phone",
    "customer",
    "created_at",
    "events",
    "url",
    "message",
];

fn edited(input: &[u8], state: &Value) -> Value {
    if let Ok(value) = serde_json::from_slice(input) {
        return value;
    }
    let palette = Palette {
        values: &PALETTE,
        names: &NAMES,
    };
    let mut state = state.clone();
    for chunk in input.chunks_exact(4).take(8) {
        edit(
            &mut state,
            &palette,
            chunk.try_into().expect("there are four"),
        );
    }
    state
}

/// Uses the state that was imported.
async fn call(sandbox: &Sandbox) {
    let client = sandbox.client();
    let mut ids: Vec<_> = sandbox
        .messages()
        .into_iter()
        .map(|message| message.conversation_id)
        .collect();
    ids.push(sandbox.customer_writes("+1", "Hi"));
    sandbox.advance(Duration::from_secs(60));
    if let Some(id) = ids.first() {
        let message = watsi::types::SendMessageRequest::new(id.clone(), "Hello!");
        if let Err(error) = client.clone().send_message(message).send().await {
            assert!(
                error.status().is_none_or(|status| status != 500),
                "{error:?}"
            );
        }
    }
    let conversations = client.list_conversations().send().await;
    if let Err(error) = conversations {
        // What a state says is returned, even if the contract does not allow it.
        assert!(
            error.status().is_none_or(|status| status == 500),
            "{error:?}"
        );
    }
}

fuzz_target!(|input: &[u8]| {
    let Fixture {
        runtime,
        sandbox,
        another,
        state,
    } = &*FIXTURE;
    sandbox.import(state.clone()).expect("it was exported");
    let before = sandbox.export();
    if let Err(error) = sandbox.import(edited(input, state)) {
        assert_eq!(sandbox.export(), before, "{error}");
        return;
    }
    let exported = sandbox.export();
    // Ids are not used again, so the counts of ids are not those of the other sandbox.
    another
        .import(exported.clone())
        .expect("what was exported can be imported");
    let again = another.export();
    for part in [
        "now",
        "conversations",
        "messages",
        "changes",
        "subscriptions",
    ] {
        assert_eq!(again[part], exported[part], "{part}");
    }
    runtime.block_on(call(sandbox));
    another
        .import(sandbox.export())
        .expect("what was exported can be imported");
});
