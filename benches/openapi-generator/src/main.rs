//! `benches/ratios` with a third side, the generated client.

#[path = "../../ratios/harness/mod.rs"]
mod harness;

use generated::apis::configuration::Configuration;
use generated::apis::conversations_api::list_conversations;
use generated::apis::messages_api::send_message;
use generated::models::{ConversationPage, SendMessageRequest};
use harness::side::{self, ByHand, CONVERSATION, KEY, Side, TEXT, Watsi};
use tokio::runtime::Runtime;

struct Generated {
    runtime: Runtime,
    configuration: Configuration,
}

impl Generated {
    fn new(base_url: &str) -> Self {
        let configuration = Configuration {
            base_path: base_url.to_owned(),
            client: side::http(),
            bearer_access_token: Some(KEY.to_owned()),
            ..Configuration::default()
        };
        Generated {
            runtime: side::runtime(),
            configuration,
        }
    }
}

impl Side for Generated {
    fn name(&self) -> &'static str {
        "openapi-generator"
    }

    fn list(&self, limit: u32) -> usize {
        let limit = limit.try_into().ok();
        let call = list_conversations(&self.configuration, limit, None, None, None);
        self.runtime.block_on(call).unwrap().chats.len()
    }

    fn send(&self) -> usize {
        let body = SendMessageRequest::new(CONVERSATION.to_owned(), TEXT.to_owned());
        let call = send_message(&self.configuration, body);
        self.runtime.block_on(call).unwrap().message.id.len()
    }

    fn decode(&self, page: &[u8]) -> usize {
        // As the generated functions do.
        let text = String::from_utf8_lossy(page);
        let page: ConversationPage = serde_json::from_str(&text).unwrap();
        page.chats.len()
    }
}

fn main() {
    harness::run(|base_url| -> Vec<Box<dyn Side>> {
        vec![
            Box::new(ByHand::new(base_url)),
            Box::new(Generated::new(base_url)),
            Box::new(Watsi::new(base_url)),
        ]
    });
}
