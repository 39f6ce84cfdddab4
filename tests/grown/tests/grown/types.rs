//! Names, formats, compositions and properties of one direction.

use std::collections::HashMap;

use chrono::NaiveDate;
use grown::types::{
    CreateCustomer, CreateCustomerAddress, CreateCustomerAddressLinesItem, GrownCustomer,
    GrownCustomerLanguage, MatchKind, PhoneContact, Rank, Report, Settings, SettingsTheme, Tag,
};
use serde_json::{Value, json};

use crate::server::Server;

fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned>(json: &Value) -> T {
    let read: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), *json);
    read
}

#[tokio::test]
async fn composition_is_one_object() {
    let customer = json!({
        "id": "c", "created_at": "2025-03-15T10:30:00Z", "contact": {"phone": "+549"}, "object": "customer"
    });
    let server = Server::json(201, customer).await;
    let line = CreateCustomerAddressLinesItem::new().text("Ä 1");
    let address = CreateCustomerAddress::new().city("Córdoba").lines([line]);
    let request = CreateCustomer::new("Zoë", PhoneContact::new("+549"))
        .address(address)
        .avatar("AAEC")
        .token("t");
    server.client.create_customer(request).send().await.unwrap();
    // `kind` is a constant, and `id` is read-only.
    let expected = json!({
        "name": "Zoë", "kind": "person", "contact": {"phone": "+549"}, "avatar": "AAEC", "token": "t",
        "address": {"city": "Córdoba", "lines": [{"text": "Ä 1"}]},
    });
    assert_eq!(server.body().await, expected);
}

#[test]
fn customer_survives_a_round_trip() {
    let json = json!({
        "id": "c", "created_at": "2025-03-15T10:30:00Z", "contact": {"phone": "+549"}, "object": "customer",
        "birthday": "1990-01-31", "spent": "12.50", "rank": u64::MAX, "language": "fr", "channel": "whatsapp",
        "parent": {"id": "p", "created_at": "2025-03-15T10:30:00Z", "contact": {"fax": 1}, "object": "company"},
    });
    let customer: GrownCustomer = round_trip(&json);
    assert_eq!(customer.birthday, NaiveDate::from_ymd_opt(1990, 1, 31));
    assert_eq!(customer.language.unwrap().as_str(), "fr");
    assert_eq!(
        GrownCustomerLanguage::KNOWN,
        [GrownCustomerLanguage::En, GrownCustomerLanguage::Es]
    );
    assert_eq!(customer.parent.unwrap().object, "company");
}

#[test]
fn value_may_have_a_name_from_the_prelude() {
    for kind in MatchKind::KNOWN {
        assert_eq!(kind.as_str().parse().as_ref(), Ok(kind));
    }
}

#[test]
fn integer_component_can_be_copied_compared_and_used_as_a_key() {
    let rank = Rank::from(7);
    let names = HashMap::from([(rank, "Zoë")]);
    assert_eq!(names[&rank], "Zoë");
    assert!(rank < Rank::from(8));
}

#[test]
fn undeclared_properties_are_kept() {
    let json = json!({"theme": "dark", "retention_days": 14, "x": "y", "type": "z"});
    let settings: Settings = round_trip(&json);
    let others = HashMap::from([
        ("x".to_owned(), "y".to_owned()),
        ("type".to_owned(), "z".to_owned()),
    ]);
    assert_eq!(settings.additional_properties, others);
    assert_eq!(
        Settings::new(SettingsTheme::Dark)
            .retention_days(14)
            .additional_properties(others),
        settings
    );
    assert!(!format!("{settings:?}").contains('z'));
}

#[test]
fn nested_arrays_maps_and_any_values_survive_a_round_trip() {
    let json = json!({
        "day": "2025-03-15", "rows": [[1.5, null], []], "total": "7", "extra": {"a": [1]},
        "by_day": {"2025-03-15": [{"job_id": "j"}]},
    });
    let report: Report = round_trip(&json);
    assert_eq!(report.rows, [vec![Some(1.5), None], vec![]]);
    assert_eq!(report.extra, Some(json!({"a": [1]})));
}

#[test]
fn recursive_types_survive_a_round_trip() {
    let json =
        json!({"name": "a", "parent": {"name": "b"}, "children": [{"name": "c", "children": []}]});
    let tag: Tag = round_trip(&json);
    assert_eq!(
        tag,
        Tag::new("a")
            .parent(Tag::new("b"))
            .children([Tag::new("c").children(Vec::<Tag>::new())])
    );
}
