//! Conversations are opened, ordered, filtered and listed.

use std::collections::HashSet;

use serde_json::Value;
use watsi_sandbox::{ConversationUpdate, Sandbox};

use crate::client::{HOUR, PHONE, get, ids, send};

#[tokio::test]
async fn customer_message_opens_a_conversation() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let page = sandbox.client().list_conversations().send().await.unwrap();
    assert_eq!(page.chats.len(), 1);
    assert!(!page.has_more);
    assert_eq!(page.chats[0].id, id);
    assert_eq!(page.chats[0].customer.phone, Some(PHONE.into()));
    assert_eq!(page.chats[0].status.as_str(), "open");
}

#[tokio::test]
async fn customer_message_moves_its_conversation_to_the_top() {
    let sandbox = Sandbox::start().await;
    let first = sandbox.customer_writes(PHONE, "Hi");
    let second = sandbox.customer_writes("+5491155550000", "Hi");
    assert_eq!(ids(&sandbox, "").await, [second.as_str(), first.as_str()]);
    assert_eq!(sandbox.customer_writes(PHONE, "Hello?"), first);
    assert_eq!(ids(&sandbox, "").await, [first.as_str(), second.as_str()]);
}

#[tokio::test]
async fn each_filter_and_both_select_their_conversations() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(24);
    let all = get(&sandbox, "/conversations?limit=100").await;
    let chats = all.body["chats"].as_array().unwrap();
    let user = chats[0]["assigned_user_id"].as_str().unwrap();
    for filters in [
        vec![("status", "active")],
        vec![("status", "open")],
        vec![("assigned_user_id", user)],
        vec![("status", "active"), ("assigned_user_id", user)],
    ] {
        let selected = |chat: &&Value| filters.iter().all(|(name, value)| chat[name] == *value);
        let expected: Vec<_> = chats
            .iter()
            .filter(selected)
            .map(|chat| chat["id"].as_str().unwrap())
            .collect();
        assert!(!expected.is_empty() && expected.len() < 24, "{filters:?}");
        let mut query = "limit=100".to_owned();
        for (name, value) in &filters {
            query += &format!("&{name}={value}");
        }
        assert_eq!(ids(&sandbox, &query).await, expected, "{filters:?}");
    }
    assert_eq!(ids(&sandbox, "status=introduced_later").await, [""; 0]);
}

#[tokio::test]
async fn default_page_has_20_items_and_reports_whether_more_follow() {
    let sandbox = Sandbox::start().await;
    for (added, more) in [(20, false), (1, true)] {
        sandbox.seed(added);
        let page = get(&sandbox, "/conversations").await.body;
        assert_eq!(page["chats"].as_array().unwrap().len(), 20);
        assert_eq!(page["hasMore"], more);
    }
}

#[tokio::test]
async fn documented_pagination_reads_every_conversation_once() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(45);
    let (mut seen, mut query) = (Vec::new(), "limit=10".to_owned());
    loop {
        let page = get(&sandbox, &format!("/conversations?{query}")).await;
        let chats = page.body["chats"].as_array().unwrap();
        seen.extend(chats.iter().map(|chat| chat["id"].clone()));
        if page.body["hasMore"] == false {
            break;
        }
        let last = chats.last().unwrap()["last_message_at"].as_str().unwrap();
        query = format!("limit=10&before={last}");
    }
    assert_eq!(seen.len(), 45);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 45);
}

#[tokio::test]
async fn conversation_seeded_later_has_an_open_messaging_window() {
    let sandbox = Sandbox::start().await;
    sandbox.advance(48 * HOUR);
    sandbox.seed(1);
    let id = ids(&sandbox, "").await.remove(0);
    send(&sandbox, &id.as_str().into()).await.unwrap();
}

#[tokio::test]
async fn existing_customer_is_not_seeded_again() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes("+15550000002", "Hi");
    sandbox.seed(3);
    assert_eq!(ids(&sandbox, "").await.len(), 4);
    assert_eq!(sandbox.customer_writes("+15550000002", "Hi"), id);
}

#[tokio::test]
async fn conversation_can_have_a_status_that_is_not_documented() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes(PHONE, "Hi");
    let update = ConversationUpdate::new().status("archived");
    sandbox.update_conversation(&id, update).unwrap();
    let list = sandbox.client().list_conversations().status("archived");
    let page = list.send().await.unwrap();
    assert_eq!(page.chats[0].id, id);
}
