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

/// How often to look for pauses and waits that have ended, and for replies that other instances received.
const TICK: Duration = Duration::from_millis(100);

/// How long to wait after a failure of the database.
const OUTAGE_PAUSE: Duration = Duration::from_secs(1);

/// When the process that made a request has probably ended. It is longer than a request can take.
const ABANDONED: TimeDelta = TimeDelta::minutes(1);

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
    /// Returns an error if the clock fails, or the database for a reason that does not pass. The next process finds out
    /// what became of the replies whose outcome is not recorded.
    pub async fn run(self, mut stop: watch::Receiver<bool>) -> Result<(), Error> {
        let mut requests = JoinSet::new();
        loop {
            match self.send_replies(&mut requests, &mut stop).await {
                Err(Error::Database(error)) if error.is_temporary() => {
                    warn!(%error, "sending is interrupted");
                    tokio::time::sleep(OUTAGE_PAUSE).await;
                }
                ended => return ended,
            }
        }
    }

    /// Sends replies until `stop` is true or the database fails.
    async fn send_replies(
        &self,
        requests: &mut JoinSet<(Reply, SendResult)>,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), Error> {
        let started_at = self.clock.now().await?;
        let mut failures = 0;
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*stop.borrow() {
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
                _ = tick.tick() => self.expire(started_at).await?,
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
        let taken = self
            .database
            .transaction(move |transaction| outbox::take(transaction, now))
            .await;
        match taken {
            // Another instance has just taken a reply to the same customer. The next tick takes another one.
            Err(Error::Database(error)) if error.is_conflict() => Ok(None),
            taken => taken,
        }
    }

    /// Ends the waits that are over. While neither this process nor the database was running, events could not arrive,
    /// so the wait for them starts again.
    async fn expire(&self, started_at: DateTime<Utc>) -> Result<(), Error> {
        let now = self.clock.now().await?;
        let abandoned = self
            .database
            .transaction(move |transaction| reconcile::recover(transaction, now - ABANDONED))
            .await?;
        if abandoned > 0 {
            warn!(abandoned, "nobody saw the responses for these replies");
        }
        let requested_by = now - self.event_wait;
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
            Ok(_) => info!(ticket, ?outcome, "reply sent"),
            Err(error) => warn!(ticket, ?outcome, ?pause, %error, "reply not confirmed"),
        }
        let pause = match pause {
            Some(pause) => Some(self.clock.now().await? + pause),
            None => None,
        };
        self.database
            .transaction(move |transaction| outbox::finish(transaction, &reply, outcome, pause))
            .await
    }
}

async fn send(client: watsi::Client, reply: Reply) -> (Reply, SendResult) {
    let request = SendMessageRequest::new(&reply.conversation_id, reply.text());
    let result = client.send_message(request).send().await;
    (reply, result)
}
