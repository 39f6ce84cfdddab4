//! Unions: variants, known and unknown.

use grown::types::{
    BatchItem, Condition, ConditionNot, ConditionTag, Contact, ContactEmail, Content,
    ContentInteractive, HappeningCall, HappeningVisit, HappeningVisitPurpose, ImageContent,
    LocationRequest, PhoneContact, ReportTotal, TextContent,
};
use grown::webhook::{Event, EventData};
use serde_json::{Value, json};

use crate::server::Server;

async fn sent(content: impl Into<Content>) -> Value {
    let server = Server::json(200, json!({"type": "location_request"})).await;
    server
        .client
        .send_content("key", false, content)
        .send()
        .await
        .unwrap();
    server.body().await
}

#[tokio::test]
async fn variants_write_their_tag_once() {
    let link = "https://example.com/ü?a=b";
    assert_eq!(
        sent(TextContent::new("Hi \"é\"")).await,
        json!({"type": "text", "body": "Hi \"é\""})
    );
    let image = ImageContent::new(link).caption("c");
    assert_eq!(
        sent(image).await,
        json!({"type": "image", "link": link, "caption": "c"})
    );
    assert_eq!(
        sent(LocationRequest::new()).await,
        json!({"type": "location_request"})
    );
    let none: [&str; 0] = [];
    assert_eq!(
        sent(ContentInteractive::new(none)).await,
        json!({"type": "interactive", "buttons": []})
    );
}

#[tokio::test]
async fn unknown_variant_is_read_and_can_be_sent() {
    let sticker =
        json!({"type": "sticker", "id": 9007199254740993_i64, "more": {"a": [null, "+549"]}});
    let server = Server::json(200, sticker.clone()).await;
    let content = Content::Unknown(sticker.clone());
    let read = server
        .client
        .send_content("k", true, content.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(*read, content);
    assert_eq!(server.body().await, sticker);
    assert!(!format!("{content:?}").contains("+549"));
}

#[test]
fn known_variant_ignores_unknown_properties() {
    let read: Content =
        serde_json::from_value(json!({"type": "text", "body": "x", "later": 1})).unwrap();
    assert_eq!(read, TextContent::new("x").into());
}

#[test]
fn known_tag_with_other_content_is_an_error() {
    serde_json::from_value::<Content>(json!({"type": "text", "body": 7})).unwrap_err();
}

#[test]
fn variants_are_told_apart_by_a_required_property() {
    let read = |json: Value| serde_json::from_value::<Contact>(json).unwrap();
    assert_eq!(
        read(json!({"email": "a@b"})),
        ContactEmail::new("a@b").into()
    );
    let phone = PhoneContact::new("+549").extension("1");
    assert_eq!(
        read(json!({"phone": "+549", "extension": "1"})),
        phone.into()
    );
    assert_eq!(read(json!({"fax": 1})), Contact::Unknown(json!({"fax": 1})));
    let read = |json: Value| serde_json::from_value::<BatchItem>(json).unwrap();
    assert!(
        matches!(read(json!({"ok": true, "message_id": "m"})), BatchItem::MessageId(item) if item.ok)
    );
    let error = json!({"ok": false, "error": {"code": "CONFLICT", "message": "m"}});
    assert!(matches!(read(error), BatchItem::Error(item) if item.error.code == "CONFLICT"));
}

#[test]
fn variants_are_told_apart_by_their_json_types() {
    for (json, total) in [
        (json!(7), ReportTotal::Integer(7)),
        (json!("7"), ReportTotal::String("7".to_owned())),
        (json!([1, 2]), ReportTotal::Array(vec![1, 2])),
        (json!(true), ReportTotal::Unknown(json!(true))),
    ] {
        let read: ReportTotal = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(read, total);
        assert_eq!(serde_json::to_value(&read).unwrap(), json);
    }
}

#[test]
fn event_has_a_union_as_data() {
    let raw = json!({
        "id": "evt_1", "type": "content.received", "created_at": "2025-03-15T10:30:00Z", "workspace_id": "w",
        "data": {"type": "text", "body": "Hi"},
    });
    let event = Event::from_raw(raw).unwrap();
    assert_eq!(
        event.data,
        EventData::ContentReceived(TextContent::new("Hi").into())
    );
}

#[test]
fn union_may_contain_itself() {
    let json = json!({"not": {"all": [{"not": {"tag": "a"}}, {"tag": "b"}, {"later": 1}]}});
    let condition: Condition = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&condition).unwrap(), json);
    let tag = ConditionTag::new("a");
    let built: Condition = Box::new(ConditionNot::new(tag)).into();
    assert_eq!(
        serde_json::to_value(built).unwrap(),
        json!({"not": {"tag": "a"}})
    );
}

#[test]
fn strings_of_several_formats_are_a_string_or_an_open_enum() {
    let visit: HappeningVisit =
        serde_json::from_value(json!({"id": "h", "place": "p", "purpose": "sale"})).unwrap();
    assert_eq!(visit.place.as_deref(), Some("p"));
    assert_eq!(visit.purpose, Some(HappeningVisitPurpose::Sale));
    let other: HappeningVisit =
        serde_json::from_value(json!({"id": "h", "purpose": "a@example.com"})).unwrap();
    assert_eq!(other.purpose.unwrap().as_str(), "a@example.com");
}

#[test]
fn strings_of_which_one_is_sensitive_are_redacted() {
    let call: HappeningCall =
        serde_json::from_value(json!({"id": "h", "by": "+5491155551234"})).unwrap();
    assert_eq!(call.by.as_ref().unwrap().as_str(), "+5491155551234");
    assert!(!format!("{call:?}").contains("5491155551234"));
}
