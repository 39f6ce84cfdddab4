//! The state of a sandbox: customers write, messages are delivered and read, time passes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use tokio::sync::watch;

use super::delivery::Subscription;
use super::rate_limit::RateLimit;
use super::store::{Store, Thread};
use crate::types::{
    Channel, Conversation, ConversationCreatedData, ConversationId, ConversationStatus, Customer,
    EventType, Message, MessageDirection, MessageId, MessageReceivedData, MessageStatus,
    MessageStatusData, WebhookEvent,
};

/// The time until a sent message is delivered, by the sandbox's clock: 1 s.
pub const DELIVERED_AFTER: Duration = Duration::from_secs(1);
/// The time until a sent message is read, by the sandbox's clock: 10 s.
pub const READ_AFTER: Duration = Duration::from_secs(10);

/// The end of the year 9999, the last time that RFC 3339 can express.
pub(super) const LAST_MILLISECOND: i64 = 253_402_300_799_999;

/// How long messages can be sent after the customer's last one.
const WINDOW: TimeDelta = TimeDelta::hours(24);

/// The workspace of the API key.
const WORKSPACE: &str = "2c5ea4c0-4067-4fe9-8bad-9bdddad1b2c3";
const COMPANY: &str = "3d0c4a2e-5f6b-4c7d-8e9f-a0b1c2d3e4f5";
/// The users that seeded conversations are assigned to. Every third one is unassigned.
const USERS: [Option<&str>; 3] = [
    Some("6f1c3c52-7a3e-4d0b-9c56-0d8f5a2b7e11"),
    Some("e2a4b6c8-1d3f-4a5b-8c7d-9e0f1a2b3c4d"),
    None,
];

pub(super) struct Shared {
    pub api_key: String,
    pub webhook_secret: String,
    state: Mutex<State>,
    http: OnceLock<reqwest::Client>,
    /// The number of pending deliveries.
    pub pending: watch::Sender<usize>,
}

impl Shared {
    pub fn new(
        api_key: String,
        webhook_secret: String,
        rate_limit: Option<RateLimit>,
        now: DateTime<Utc>,
    ) -> Self {
        Shared {
            api_key,
            webhook_secret,
            state: Mutex::new(State::new(now, rate_limit)),
            http: OnceLock::new(),
            pending: watch::Sender::new(0),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the HTTP client that delivers events.
    pub fn http(&self) -> Result<reqwest::Client, crate::ConfigError> {
        if let Some(http) = self.http.get() {
            return Ok(http.clone());
        }
        let http = crate::client::http_client(Duration::from_secs(5), true)?;
        Ok(self.http.get_or_init(|| http).clone())
    }

    pub async fn settled(&self) {
        // This value owns the sender, so waiting cannot fail.
        let _ = self.pending.subscribe().wait_for(|count| *count == 0).await;
    }
}

pub(super) struct State {
    pub now: DateTime<Utc>,
    pub store: Store,
    pub subscriptions: Vec<Subscription>,
    pub failing: VecDeque<u16>,
    rate_limit: Option<RateLimit>,
    /// Scheduled status changes: the message, and its statuses before and after the change.
    due: BTreeMap<(DateTime<Utc>, u64), (MessageId, MessageStatus, MessageStatus)>,
    seeded: usize,
    /// The time that the timestamps of seeded conversations are counted back from.
    seeded_at: Option<DateTime<Utc>>,
    ids: u64,
}

impl State {
    fn new(now: DateTime<Utc>, rate_limit: Option<RateLimit>) -> Self {
        State {
            now,
            store: Store::default(),
            subscriptions: Vec::new(),
            failing: VecDeque::new(),
            rate_limit,
            due: BTreeMap::new(),
            seeded: 0,
            seeded_at: None,
            ids: 0,
        }
    }

    /// Returns an id that is unique in this sandbox.
    pub fn id(&mut self, prefix: &str) -> String {
        self.ids += 1;
        format!("{prefix}{:012}", self.ids)
    }

    /// Counts a request. Returns how many seconds to wait if it exceeds the limit.
    pub fn limited(&mut self) -> Option<u64> {
        let wait = self.rate_limit.as_mut()?.count(self.now)?;
        // Round up, so that the wait covers the whole last second.
        Some(u64::try_from(wait.num_milliseconds()).map_or(0, |millis| millis.div_ceil(1000)))
    }

    pub fn customer_writes(&mut self, phone: &str, text: &str) -> ConversationId {
        let at = self.tick();
        let conversation_id = match self.store.by_phone(phone) {
            Some(thread) => thread.conversation.id.clone(),
            None => self.open(phone, at),
        };
        let message = Message::new(
            self.id("wamid."),
            &conversation_id,
            text,
            MessageDirection::Inbound,
            MessageStatus::Delivered,
            at,
        );
        let data = MessageReceivedData::new()
            .from(digits(phone))
            .body(text)
            .message_id(&message.id)
            .conversation_id(&conversation_id)
            .channel(Channel::Whatsapp);
        self.store.keep(message, true);
        self.post(EventType::MessageReceived, data, at);
        conversation_id
    }

    fn open(&mut self, phone: &str, at: DateTime<Utc>) -> ConversationId {
        let thread = self.thread(phone, None, at);
        let conversation_id = thread.conversation.id.clone();
        self.store.add(thread);
        self.post(EventType::ContactCreated, serde_json::Map::new(), at);
        let data = ConversationCreatedData::new(
            &conversation_id,
            self.id("contact_"),
            ConversationStatus::Active,
            Channel::Whatsapp,
        );
        self.post(EventType::ConversationCreated, data, at);
        conversation_id
    }

    /// Creates a conversation whose customer wrote at this time. The first has the id from the quickstart.
    fn thread(&self, phone: &str, name: Option<String>, at: DateTime<Utc>) -> Thread {
        let number = self.store.threads();
        let id = uuid("550e8400-e29b-41d4-a716", 0x4466_5544_0000, number);
        let mut customer = Customer::new().phone(phone);
        customer.name = name;
        let conversation = Conversation::new(id, customer, ConversationStatus::Open)
            .last_message_at(at)
            .created_at(at)
            .company_id(COMPANY)
            .customer_id(uuid("9a8b7c6d-5e4f-4a3b-8c1d", 0x0e9f_8a7b_6c5d, number));
        Thread {
            conversation,
            phone: phone.to_owned(),
            received_at: at,
        }
    }

    pub fn seed(&mut self, count: usize) {
        let now = *self.seeded_at.get_or_insert(self.now);
        for _ in 0..count {
            // A customer who wrote before already has a conversation.
            let number = loop {
                self.seeded += 1;
                if self.store.by_phone(&seeded_phone(self.seeded)).is_none() {
                    break self.seeded;
                }
            };
            let back = i64::try_from(number).ok().and_then(TimeDelta::try_seconds);
            let at = back.and_then(|back| now.checked_sub_signed(back));
            let at = at.unwrap_or(DateTime::UNIX_EPOCH);
            let phone = seeded_phone(number);
            let mut thread = self.thread(&phone, Some(format!("Customer {number}")), at);
            if number.is_multiple_of(4) {
                thread.conversation.status = ConversationStatus::Active;
            }
            thread.conversation.assigned_user_id = USERS[number % USERS.len()].map(Into::into);
            self.store.add(thread);
        }
    }

    /// Returns whether the customer wrote within the last 24 hours.
    pub fn is_open(&self, thread: &Thread) -> bool {
        self.now - thread.received_at < WINDOW
    }

    pub fn send(&mut self, conversation_id: ConversationId, body: String) -> Message {
        let at = self.tick();
        let message = Message::new(
            self.id("msg_"),
            conversation_id,
            body,
            MessageDirection::Outbound,
            MessageStatus::Sent,
            at,
        );
        let later = [
            (
                DELIVERED_AFTER,
                MessageStatus::Sent,
                MessageStatus::Delivered,
            ),
            (READ_AFTER, MessageStatus::Delivered, MessageStatus::Read),
        ];
        for (after, from, to) in later {
            self.ids += 1;
            let after = TimeDelta::from_std(after).unwrap_or_default();
            let due = at.checked_add_signed(after).unwrap_or(at);
            let due = (due, self.ids);
            self.due.insert(due, (message.id.clone(), from, to));
        }
        self.store.keep(message.clone(), false);
        self.post_status(&message, at);
        message
    }

    /// Sets the status of a message. Returns `None` if no message has this id.
    pub fn mark(&mut self, id: &MessageId, status: MessageStatus) -> Option<()> {
        self.store.message(id)?;
        let at = self.tick();
        let message = self.store.message(id)?;
        message.status = status;
        let message = message.clone();
        self.post_status(&message, at);
        Some(())
    }

    pub fn advance(&mut self, duration: Duration) {
        let until = TimeDelta::from_std(duration)
            .ok()
            .and_then(|delta| self.now.checked_add_signed(delta))
            .filter(|until| until.year() < 10_000);
        let end = DateTime::from_timestamp_millis(LAST_MILLISECOND);
        let until = until.or(end).unwrap_or(self.now);
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > until {
                break;
            }
            let ((at, _), (id, from, to)) = entry.remove_entry();
            if let Some(message) = self.store.message(&id)
                && message.status == from
            {
                message.status = to;
                let message = message.clone();
                self.post_status(&message, at);
            }
        }
        self.now = self.now.max(until);
    }

    pub fn messages(&self) -> Vec<Message> {
        self.store.messages().to_vec()
    }

    /// Returns the timestamp of a change, one millisecond after the previous one.
    pub fn tick(&mut self) -> DateTime<Utc> {
        self.advance(Duration::from_millis(1));
        self.now
    }

    fn post_status(&mut self, message: &Message, at: DateTime<Utc>) {
        let thread = self.store.by_id(&message.conversation_id);
        let recipient = thread
            .map(|thread| digits(&thread.phone))
            .unwrap_or_default();
        let timestamp = at.timestamp().to_string();
        let data = MessageStatusData::new(&message.id, &message.status, recipient, timestamp);
        self.post(EventType::MessageStatus, data, at);
    }

    /// Sends an event to the subscriptions for its type.
    pub fn post(&mut self, kind: EventType, data: impl serde::Serialize, at: DateTime<Utc>) {
        if !self
            .subscriptions
            .iter()
            .any(|subscription| subscription.wants(&kind))
        {
            return;
        }
        let Ok(serde_json::Value::Object(data)) = serde_json::to_value(data) else {
            return;
        };
        let event = WebhookEvent::new(self.id("evt_"), kind, at, WORKSPACE, data);
        for subscription in &self.subscriptions {
            subscription.post(&event);
        }
    }
}

/// Returns the phone number of a seeded customer.
fn seeded_phone(number: usize) -> String {
    format!("+1555{number:07}")
}

/// Returns a phone number as written in events.
fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// Returns a UUID with these first groups and a consecutive last group.
fn uuid(groups: &str, first: usize, number: usize) -> String {
    format!("{groups}-{:012x}", (first + number) & 0xffff_ffff_ffff)
}
