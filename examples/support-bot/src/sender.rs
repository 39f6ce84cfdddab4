//! Sends the replies of the outbox.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tracing::{info, warn};
use watsi::Response;
use watsi::chrono::{DateTime, TimeDelta, Utc};
use watsi::types::{SendMessageRequest, SendMessageResponse};

use crate::outbox::{self, Reply};
use crate::outcome::{self, Outcome};
use crate::{Clock, Database, Error, reconcile};

/// The maximum number of concurrent requests.
const CONCURRENT: usize = 8;

/// How often to look for pauses and waits that have ended.
const TICK: Duration = Duration::from_millis(100);

type SendResult = Result<Response<SendMessageResponse>, watsi::Error>;

/// Sends the replies of the outbox, at most one at a time to each customer.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The database with the outbox.
    pub database: Database,
    /// The client, which must not retry on its own.
    pub client: watsi::Client,
    /// The clock.
    pub clock: Clock,
    /// How long events may take to arrive.
    pub event_wait: TimeDelta,
    /// Notified of new replies, and of customers whose next reply can be sent.
    pub changed: Arc<Notify>,
}

impl Sender {
    /// Sends replies until `stop` is true. Then waits for the requests in progress.
    ///
    /// # Errors
    ///
    /// Returns an error if the database or the clock fails. Replies whose outcome is not recorded are unknown to the
    /// next process.
    pub async fn run(self, mut stop: watch::Receiver<bool>) -> Result<(), Error> {
        let started_at = self.clock.now().await?;
        let mut requests = JoinSet::new();
        let mut failures = 0;
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*stop.borrow() {
            self.expire(started_at).await?;
            while requests.len() < CONCURRENT
                && let Some(reply) = self.take().await?
            {
                requests.spawn(send(self.client.clone(), reply));
            }
            tokio::select! {
                Some(ended) = requests.join_next() => {
                    let (reply, result) = ended?;
                    self.finish(reply, result, &mut failures).await?;
                }
                _ = tick.tick() => {}
                () = self.changed.notified() => {}
                _ = stop.changed() => {}
            }
        }
        while let Some(ended) = requests.join_next().await {
            let (reply, result) = ended?;
            self.finish(reply, result, &mut failures).await?;
        }
        Ok(())
    }

    async fn take(&self) -> Result<Option<Reply>, Error> {
        let now = self.clock.now().await?;
        self.database
            .transaction(move |transaction| outbox::take(transaction, now))
            .await
    }

    /// Ends the wait for events that should have arrived by now. While this process was not running, events could not
    /// arrive, so the wait starts with it.
    async fn expire(&self, started_at: DateTime<Utc>) -> Result<(), Error> {
        let requested_by = self.clock.now().await? - self.event_wait;
        if requested_by < started_at {
            return Ok(());
        }
        let expired = self
            .database
            .transaction(move |transaction| reconcile::expire(transaction, requested_by))
            .await?;
        if expired > 0 {
            warn!(replies = expired, "no event arrived for these replies");
        }
        Ok(())
    }

    async fn finish(
        &self,
        reply: Reply,
        result: SendResult,
        failures: &mut u32,
    ) -> Result<(), Error> {
        let outcome = Outcome::of(&result);
        let pause = outcome::pause(outcome, &result, *failures);
        *failures = pause.map_or(0, |_| *failures + 1);
        let ticket = reply.ticket;
        match result {
            Ok(sent) => info!(ticket, ?outcome, message_id = %sent.message.id, "reply sent"),
            Err(error) => warn!(ticket, ?outcome, ?pause, %error, "reply not confirmed"),
        }
        let pause = match pause {
            Some(pause) => Some(self.clock.now().await? + pause),
            None => None,
        };
        self.database
            .transaction(move |transaction| outbox::finish(transaction, ticket, outcome, pause))
            .await
    }
}

async fn send(client: watsi::Client, reply: Reply) -> (Reply, SendResult) {
    let request = SendMessageRequest::new(&reply.conversation_id, reply.text());
    let result = client.send_message().body(request).send().await;
    (reply, result)
}
