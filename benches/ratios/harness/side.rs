//! The sides that are always compared.

use std::hint::black_box;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use watsi::Client;
use watsi::types::{ConversationPage, SendMessageRequest};

use super::by_hand::{Api, Page, SendMessage};

pub const KEY: &str = "test-key";
pub const SECRET: &str = "whsec_0123456789abcdef";
pub const TEXT: &str = "Hello from the Watsi API!";
pub const CONVERSATION: &str = "550e8400-e29b-41d4-a716-446655440000";

/// One implementation of the calls. Methods return a number, so that results can be compared.
pub trait Side {
    fn name(&self) -> &'static str;
    /// Lists conversations, and returns their number.
    fn list(&self, limit: u32) -> usize;
    /// Sends a message, and returns the length of its id.
    fn send(&self) -> usize;
    /// Decodes a page, and returns the number of its conversations.
    fn decode(&self, page: &[u8]) -> usize;
    /// Reads all conversations, and returns their number, if the side has pagination.
    fn items(&self) -> Option<usize> {
        None
    }
}

pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

pub fn http() -> reqwest::Client {
    let http = reqwest::Client::builder().no_proxy();
    http.timeout(Duration::from_secs(30)).build().unwrap()
}

pub struct ByHand {
    runtime: Runtime,
    api: Api,
}

impl ByHand {
    pub fn new(base_url: &str) -> Self {
        let api = Api {
            http: http(),
            base_url: base_url.to_owned(),
            key: KEY.to_owned(),
        };
        ByHand {
            runtime: runtime(),
            api,
        }
    }
}

impl Side for ByHand {
    fn name(&self) -> &'static str {
        "by hand"
    }

    fn list(&self, limit: u32) -> usize {
        let page = self.runtime.block_on(self.api.list(limit, None)).unwrap();
        page.chats.len()
    }

    fn send(&self) -> usize {
        let message = SendMessage {
            conversation_id: CONVERSATION,
            body: TEXT,
        };
        let sent = self.runtime.block_on(self.api.send(&message)).unwrap();
        sent.message.id.len()
    }

    fn decode(&self, page: &[u8]) -> usize {
        serde_json::from_slice::<Page>(page).unwrap().chats.len()
    }

    fn items(&self) -> Option<usize> {
        self.runtime.block_on(self.api.count()).ok()
    }
}

pub struct Watsi {
    runtime: Runtime,
    client: Client,
}

impl Watsi {
    pub fn new(base_url: &str) -> Self {
        let client = Client::builder().api_key(KEY).base_url(base_url);
        Watsi {
            runtime: runtime(),
            client: client.build().unwrap(),
        }
    }
}

impl Side for Watsi {
    fn name(&self) -> &'static str {
        "watsi"
    }

    fn list(&self, limit: u32) -> usize {
        let call = self.client.list_conversations().limit(limit.into()).send();
        self.runtime.block_on(call).unwrap().chats.len()
    }

    fn send(&self) -> usize {
        let body = SendMessageRequest::new(CONVERSATION, TEXT);
        let call = self.client.send_message(body).send();
        let sent = self.runtime.block_on(call).unwrap();
        sent.message.id.as_str().len()
    }

    fn decode(&self, page: &[u8]) -> usize {
        let page = serde_json::from_slice::<ConversationPage>(page).unwrap();
        page.chats.len()
    }

    fn items(&self) -> Option<usize> {
        self.runtime.block_on(async {
            let mut items = self.client.list_conversations().limit(100).items();
            let mut count = 0;
            while let Some(item) = items.next().await {
                black_box(item.unwrap());
                count += 1;
            }
            Some(count)
        })
    }
}
