//! The output of the examples matches their comments.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use watsi::chrono::DateTime;
use watsi::reqwest;
use watsi::webhook::{SIGNATURE_HEADER, Verifier, sign};
use watsi_sandbox::Sandbox;

#[path = "../src/bin/export_conversations.rs"]
#[expect(dead_code, reason = "its main is not called")]
mod export_conversations;
#[path = "../src/bin/quickstart.rs"]
#[expect(dead_code, reason = "its main is not called")]
mod quickstart;

const TIME: i64 = 1_742_034_601;

async fn seeded() -> Sandbox {
    let clock = DateTime::from_timestamp(TIME, 0).unwrap();
    let sandbox = Sandbox::builder().clock(clock).start().await.unwrap();
    sandbox.seed(101);
    sandbox
}

/// Returns a path in a new directory.
fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory.join("conversations.jsonl")
}

/// Returns the ids of the exported conversations.
fn exported(path: &Path) -> Vec<String> {
    let mut ids = Vec::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let conversation: watsi::types::Conversation = serde_json::from_str(line).unwrap();
        ids.push(conversation.id.to_string());
    }
    ids
}

#[tokio::test]
async fn export_conversations_writes_one_line_per_conversation_and_its_progress() {
    let sandbox = seeded().await;
    let (path, mut progress) = (scratch("export"), Vec::new());
    export_conversations::export(&sandbox.client(), &path, &mut progress)
        .await
        .unwrap();
    assert_eq!(exported(&path).len(), 101);
    let expected = "100 conversations, back to 2025-03-15 10:28:21 UTC\n\
                    101 conversations, back to 2025-03-15 10:28:20 UTC\n\
                    done: 101 conversations\n";
    assert_eq!(String::from_utf8(progress).unwrap(), expected);
    let again = export_conversations::export(&sandbox.client(), &path, &mut Vec::new()).await;
    assert!(again.is_err(), "the file was overwritten");
    assert_eq!(exported(&path).len(), 101);
}

/// Fails when the first page was written, as a killed process ends there.
struct Killed;

impl Write for Killed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn export_conversations_resumes_after_it_was_killed() {
    let sandbox = seeded().await;
    let path = scratch("export_killed");
    export_conversations::export(&sandbox.client(), &path, &mut Killed)
        .await
        .unwrap_err();
    assert_eq!(exported(&path).len(), 100);
    // A part of the next page.
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"{\"id\":\"a").unwrap();
    let requests = sandbox.requests().len();
    export_conversations::export(&sandbox.client(), &path, &mut Vec::new())
        .await
        .unwrap();
    let ids = exported(&path);
    let distinct: HashSet<_> = ids.iter().collect();
    assert_eq!((ids.len(), distinct.len()), (101, 101));
    assert_eq!(sandbox.requests().len(), requests + 1);
}

#[tokio::test]
async fn export_conversations_does_not_resume_in_a_file_that_lost_conversations() {
    let sandbox = seeded().await;
    let path = scratch("export_removed");
    export_conversations::export(&sandbox.client(), &path, &mut Killed)
        .await
        .unwrap_err();
    fs::remove_file(&path).unwrap();
    export_conversations::export(&sandbox.client(), &path, &mut Vec::new())
        .await
        .unwrap_err();
    assert_eq!(exported(&path), [""; 0]);
    fs::remove_file(path.with_extension("jsonl.state")).unwrap();
    export_conversations::export(&sandbox.client(), &path, &mut Vec::new())
        .await
        .unwrap();
    assert_eq!(exported(&path).len(), 101);
}

#[tokio::test]
async fn quickstart_prints_a_conversation_a_message_and_its_statuses() {
    let mut out = Vec::new();
    quickstart::with_a_sandbox(&mut out).await.unwrap();
    let shown = String::from_utf8(out).unwrap();
    let expected = "\
Step 1: the API key
  WATSI_API_KEY is not set: this is a sandbox on this machine.
Step 2: list the conversations (this shows that the key works)
  550e8400-e29b-41d4-a716-446655440000  open  (no name)
  conversations: 1
Step 3: send a message to 550e8400-e29b-41d4-a716-446655440000
  MESSAGE is sent
Step 4: its status, by webhook (each event's signature was verified)
  EVENT message.received in 550e8400-e29b-41d4-a716-446655440000
  EVENT message.status MESSAGE is sent
  EVENT message.status MESSAGE is delivered
  EVENT message.status MESSAGE is read
";
    let words = shown.split_inclusive([' ', '\n']).map(|word| match word {
        word if word.starts_with("msg_") => "MESSAGE ",
        word if word.starts_with("evt_") => "EVENT ",
        word => word,
    });
    assert_eq!(words.collect::<String>(), expected);
}

#[tokio::test]
async fn webhook_receiver_verifies_and_prints_each_event_once() {
    let printed = Arc::new(Mutex::new(Vec::new()));
    let print = Arc::clone(&printed);
    let verifier = Verifier::new("secret").unwrap();
    let router = quickstart::webhook_receiver::receiver(verifier, move |line| {
        print.lock().unwrap().push(line)
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let deliver = async |body: &str, signature: Option<&str>| {
        let mut request = http.post(&url).body(body.to_owned());
        if let Some(signature) = signature {
            request = request.header(SIGNATURE_HEADER, signature);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let envelope = r#""created_at":"2025-03-15T10:30:00Z","workspace_id":"w""#;
    let received = format!(
        r#"{{"id":"evt_1","type":"message.received",{envelope},"data":{{"conversationId":"chat_123"}}}}"#
    );
    let status = format!(
        r#"{{"id":"evt_2","type":"message.status",{envelope},"data":{{"messageId":"wamid.1","status":"read","recipientId":"549","timestamp":"1"}}}}"#
    );
    let other = format!(r#"{{"id":"evt_3","type":"introduced.later",{envelope},"data":7}}"#);
    assert_eq!(
        deliver(&received, Some(&sign("secret", &received))).await,
        200
    );
    assert_eq!(
        deliver(&received, Some(&sign("secret", &received))).await,
        200
    );
    assert_eq!(
        deliver(&received, Some(&sign("another", &received))).await,
        401
    );
    assert_eq!(deliver(&received, None).await, 401);
    assert_eq!(deliver(&status, Some(&sign("secret", &status))).await, 200);
    assert_eq!(deliver(&other, Some(&sign("secret", &other))).await, 200);
    assert_eq!(deliver("{}", Some(&sign("secret", "{}"))).await, 400);
    let expected = [
        "evt_1 message.received in chat_123",
        "evt_2 message.status wamid.1 is read",
        "evt_3 introduced.later",
    ];
    assert_eq!(*printed.lock().unwrap(), expected);
}
