use std::collections::BTreeMap;

use watsi::types::{ConversationId, Message, MessageDirection};
use watsi_sandbox::Sandbox;

/// Returns the replies that the sandbox received, in the order in which they were sent.
pub fn replies(sandbox: &Sandbox) -> Vec<Message> {
    let sent = |message: &Message| message.direction == MessageDirection::Outbound;
    sandbox.messages().into_iter().filter(sent).collect()
}

/// Returns how many messages each conversation has from the customer, and how many replies.
pub fn counts(sandbox: &Sandbox) -> BTreeMap<ConversationId, (usize, usize)> {
    let mut counts: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    for message in sandbox.messages() {
        let (written, replied) = counts.entry(message.conversation_id).or_default();
        match message.direction {
            MessageDirection::Inbound => *written += 1,
            _ => *replied += 1,
        }
    }
    counts
}

/// Returns the number of requests to send a message.
pub fn send_requests(sandbox: &Sandbox) -> usize {
    let requests = sandbox.requests();
    let sends = requests
        .iter()
        .filter(|request| request.uri().path() == "/messages");
    sends.count()
}

/// Returns the ticket number in the text of a reply.
pub fn ticket(reply: &Message) -> u64 {
    let number = reply.body.trim_end_matches('.').rsplit(' ').next();
    number.and_then(|number| number.parse().ok()).unwrap()
}
