//! What a user would write without this crate, following the documentation.

use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

#[derive(Debug, Deserialize)]
pub struct Page {
    pub chats: Vec<Chat>,
    #[serde(rename = "hasMore")]
    pub has_more: bool,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "that they are read is what is measured")]
pub struct Chat {
    pub id: String,
    pub customer: Customer,
    pub last_message_at: Option<DateTime<Utc>>,
    pub status: String,
    pub agent_id: Option<String>,
    pub assigned_user_id: Option<String>,
    pub company_id: Option<String>,
    pub created_at: Option<DateTime<Utc>>,
    pub customer_id: Option<String>,
    pub details: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "that they are read is what is measured")]
pub struct Customer {
    pub name: Option<String>,
    pub phone: Option<String>,
}

#[derive(Serialize)]
pub struct SendMessage<'a> {
    pub conversation_id: &'a str,
    pub body: &'a str,
}

#[derive(Debug, Deserialize)]
pub struct Sent {
    pub message: Message,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "that they are read is what is measured")]
pub struct Message {
    pub id: String,
    pub conversation_id: String,
    pub body: String,
    pub direction: String,
    pub status: String,
    pub created_at: DateTime<Utc>,
}

pub struct Api {
    pub http: Client,
    pub base_url: String,
    pub key: String,
}

impl Api {
    pub async fn list(&self, limit: u32, before: Option<DateTime<Utc>>) -> reqwest::Result<Page> {
        let mut request = self
            .http
            .get(format!("{}/conversations", self.base_url))
            .bearer_auth(&self.key)
            .query(&[("limit", limit)]);
        if let Some(before) = before {
            let cursor = before.to_rfc3339_opts(SecondsFormat::Millis, true);
            request = request.query(&[("before", cursor)]);
        }
        request.send().await?.error_for_status()?.json().await
    }

    pub async fn send(&self, message: &SendMessage<'_>) -> reqwest::Result<Sent> {
        let request = self
            .http
            .post(format!("{}/messages", self.base_url))
            .bearer_auth(&self.key)
            .json(message);
        request.send().await?.error_for_status()?.json().await
    }

    /// The documentation's pagination loop, which loses items with the same timestamp as the last item of a page.
    pub async fn count(&self) -> reqwest::Result<usize> {
        let mut count = 0;
        let mut before = None;
        loop {
            let page = self.list(100, before).await?;
            count += page.chats.len();
            before = page.chats.last().and_then(|chat| chat.last_message_at);
            if !page.has_more {
                return Ok(count);
            }
        }
    }
}

/// Taken from <https://docs.watsi.ai/webhooks/signing>.
pub fn verify(secret: &str, body: &[u8], signature: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    mac.verify_slice(&hex::decode(signature).unwrap()).is_ok()
}
