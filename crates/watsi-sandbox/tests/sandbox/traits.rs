//! Public types are `Send`, `Sync` and `Debug`, and futures can be spawned.

use std::fmt::Debug;
use std::time::Duration;

use watsi_sandbox::{
    ActiveFault, Activity, ConversationUpdate, Delivery, DeliveryOutcome, Fault, RequestActivity,
    Sandbox, SandboxBuilder, SandboxError,
};

fn shared<T: Send + Sync + Debug + 'static>() {}

/// Requires the bounds of `tokio::spawn`, except `'static` for methods of a sandbox.
fn future<F: Future + Send>(_: F) {}

#[test]
fn every_type_is_send_sync_and_debug() {
    shared::<ActiveFault>();
    shared::<Activity<'static>>();
    shared::<ConversationUpdate>();
    shared::<Delivery>();
    shared::<DeliveryOutcome>();
    shared::<Fault>();
    shared::<RequestActivity<'static>>();
    shared::<Sandbox>();
    shared::<SandboxBuilder>();
    shared::<SandboxError>();
}

#[tokio::test]
async fn every_future_can_be_spawned() {
    future(Sandbox::start());
    future(Sandbox::builder().start());
    let sandbox = Sandbox::start().await;
    future(sandbox.settled());
    future(sandbox.next_message(Duration::ZERO));
}
