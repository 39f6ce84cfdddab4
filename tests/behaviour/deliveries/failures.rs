//! A failure of the handler or the store gets 500, so that the event is redelivered.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use watsi::types::EventId;

use super::*;

#[tokio::test]
async fn event_is_handled_again_after_its_handler_failed() {
    let script = Script::new([Step::Fail]);
    let address = serve_receiver(script.receiver()).await;
    let statuses = [
        deliver(address, "evt_1").await,
        deliver(address, "evt_1").await,
        deliver(address, "evt_1").await,
    ];
    assert_eq!(statuses, [500, 200, 200]);
    assert_eq!(script.runs(), ["evt_1", "evt_1"]);
}

/// A store that fails once, when it is read or when it is written.
struct FailsOnce {
    seen: MemorySeen,
    read: AtomicBool,
    write: AtomicBool,
}

impl FailsOnce {
    fn new(read: bool, write: bool) -> Self {
        FailsOnce {
            seen: MemorySeen::new(),
            read: read.into(),
            write: write.into(),
        }
    }
}

fn fail_once(fail: &AtomicBool) -> io::Result<()> {
    match fail.swap(false, Ordering::Relaxed) {
        true => Err(io::ErrorKind::ConnectionRefused.into()),
        false => Ok(()),
    }
}

impl Seen for FailsOnce {
    type Error = io::Error;

    async fn contains(&self, id: &EventId) -> io::Result<bool> {
        fail_once(&self.read)?;
        Ok(self.seen.contains(id).await.unwrap())
    }

    async fn insert(&self, id: &EventId) -> io::Result<()> {
        fail_once(&self.write)?;
        self.seen.insert(id).await.unwrap();
        Ok(())
    }
}

#[tokio::test]
async fn event_is_not_handled_if_the_store_cannot_be_read() {
    let script = Script::new([]);
    let address = serve_receiver(script.receiver_with(FailsOnce::new(true, false))).await;
    assert_eq!(deliver(address, "evt_1").await, 500);
    assert!(script.runs().is_empty());
    assert_eq!(deliver(address, "evt_1").await, 200);
    assert_eq!(script.runs(), ["evt_1"]);
}

#[tokio::test]
async fn event_is_handled_again_if_the_store_cannot_be_written() {
    let script = Script::new([]);
    let address = serve_receiver(script.receiver_with(FailsOnce::new(false, true))).await;
    assert_eq!(deliver(address, "evt_1").await, 500);
    assert_eq!(deliver(address, "evt_1").await, 200);
    assert_eq!(deliver(address, "evt_1").await, 200);
    assert_eq!(script.runs(), ["evt_1", "evt_1"]);
}

#[tokio::test]
async fn handler_may_return_a_boxed_error() {
    type BoxError = Box<dyn std::error::Error + Send + Sync>;
    async fn handle(event: Event) -> Result<(), BoxError> {
        let conversations = event.raw()["conversations"].as_str().ok_or("none")?;
        conversations.parse::<u8>()?;
        Ok(())
    }
    let receiver = Receiver::new(verifier(), MemorySeen::new(), handle);
    let address = serve(Router::new().fallback_service(receiver)).await;
    assert_eq!(deliver(address, "evt_1").await, 500);
}
