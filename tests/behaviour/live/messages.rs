//! The message that is sent if a conversation is given.

use serde_json::json;
use watsi::conformance::{Contract, Live, LiveError};
use watsi::sandbox::{Fault, Sandbox};

use super::{Broken, live_on};
use crate::server::{Act, Server};

#[tokio::test]
async fn message_is_not_retried_if_it_may_have_been_sent() {
    for (status, requests) in [(503, 1), (429, 2)] {
        let sandbox = Sandbox::start().await;
        let id = sandbox.customer_writes("+5491155551234", "Hi");
        let fault = Fault::status(status).retry_after("0");
        sandbox.add_fault(fault.operation("send_message")).unwrap();
        let _ = live_on(&sandbox).send_to(id).run(|_| ()).await;
        let asked = sandbox.requests();
        let posts = asked.iter().filter(|it| it.method() == "POST");
        assert_eq!(posts.count(), requests, "{status}");
    }
}

#[tokio::test]
async fn message_is_not_retried_after_a_lost_response() {
    let mut contract = Contract::embedded().json().clone();
    contract["paths"]
        .as_object_mut()
        .unwrap()
        .remove("/conversations");
    let contract = Contract::parse(&contract.to_string()).unwrap();
    let server = Server::start([Act::Reset]).await;
    let live = Live::new(&contract, &server.url, "key").unwrap();
    let error = live.send_to("chat_123".into()).run(|_| ()).await;
    assert!(matches!(error, Err(LiveError::NoResponse(..))), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn message_example_that_is_not_an_object_is_not_sent() {
    let mut contract = Contract::embedded().json().clone();
    let post = &mut contract["paths"]["/messages"]["post"]["requestBody"]["content"];
    post["application/json"]["examples"] = json!({"text": {"value": "Hi"}});
    let contract = Contract::parse(&contract.to_string()).unwrap();
    let sandbox = Sandbox::start().await;
    let live = Live::new(&contract, &sandbox.uri(), sandbox.api_key()).unwrap();
    let mut last = None;
    let mut live = live.send_to("chat_123".into());
    live.run(|check| last = Some(check)).await.unwrap();
    assert!(last.unwrap().skipped.is_some());
}

#[tokio::test]
async fn nothing_is_sent_without_a_conversation() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    let mut live = live_on(&sandbox);
    live.run(|_| ()).await.unwrap();
    let requests = sandbox.requests();
    assert!(requests.iter().all(|it| it.method() == "GET"));
    let mut live = live.send_to(id);
    live.run(|check| assert_eq!(check.findings, []))
        .await
        .unwrap();
    assert_eq!(sandbox.messages().len(), 2);
    assert!(
        live.coverage()
            .operations()
            .missing
            .contains(&"create_webhook".to_owned())
    );
}

#[tokio::test]
async fn changed_message_in_the_response_is_found() {
    let url = Broken::start(|it| {
        if it.body["message"]["body"].is_string() {
            it.body["message"]["body"] = json!("another text");
        }
    })
    .await;
    let live = Live::new(Contract::embedded(), &url, "sandbox-key").unwrap();
    let mut live = live.send_to("550e8400-e29b-41d4-a716-446655440000".into());
    let mut found = Vec::new();
    live.run(|check| found.extend(check.findings))
        .await
        .unwrap();
    let [finding] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(finding.pointer, "/response/body/message/body");
    assert_eq!(finding.id, "response-message-mismatch");
}

#[tokio::test]
async fn rejected_message_is_not_a_finding() {
    let sandbox = Sandbox::start().await;
    let live = live_on(&sandbox);
    let mut live = live.send_to("chat_123".into());
    let mut last = None;
    live.run(|check| last = Some(check)).await.unwrap();
    let check = last.unwrap();
    assert_eq!(check.findings, []);
    assert_eq!(
        check.skipped.unwrap(),
        "the server responded to the message with 404"
    );
}

#[tokio::test]
async fn message_with_an_invalid_rejection_is_not_skipped() {
    let url = Broken::start(|exchange| {
        if exchange.status == 404 {
            exchange.body = json!({"error": "Not found"});
        }
    })
    .await;
    let live = Live::new(Contract::embedded(), &url, "sandbox-key").unwrap();
    let mut live = live.send_to("chat_123".into());
    let mut last = None;
    live.run(|check| last = Some(check)).await.unwrap();
    let check = last.unwrap();
    assert_eq!(check.findings[0].pointer, "/response/body/error");
    assert_eq!(check.skipped, None);
}
