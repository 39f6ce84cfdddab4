//! Which names of a request belong to a parameter, and which parameters have no meaning.

use serde_json::{Value, json};

use super::in_request;
use super::parameters::{contract, requested};

const UNKNOWN: &str = "request-parameter-unknown";

/// Returns an object with one property, `R`.
fn object(others: Value) -> Value {
    let properties = json!({"R": {"type": "string"}});
    json!({"type": "object", "properties": properties, "additionalProperties": others})
}

#[test]
fn closed_exploded_object_has_only_its_properties() {
    let schema = object(json!(false));
    let parameter = json!({"name": "filter", "in": "query", "schema": schema});
    let contract = contract("/a", json!({"parameters": [parameter]}));
    assert_eq!(requested(&contract, "/a?R=1", &[]), []);
    assert_eq!(
        requested(&contract, "/a?S=1", &[]),
        in_request(UNKNOWN, "query/S")
    );
}

#[test]
fn open_exploded_object_has_every_name() {
    let schema = object(json!({"const": "1"}));
    let parameter = json!({"name": "filter", "in": "query", "schema": schema});
    let contract = contract("/a", json!({"parameters": [parameter]}));
    assert_eq!(requested(&contract, "/a?S=1", &[]), []);
    assert_eq!(
        requested(&contract, "/a?S=2", &[]),
        in_request("request-const-mismatch", "query/filter/S")
    );
}

#[test]
fn deep_object_has_only_names_with_both_brackets() {
    let schema = json!({"type": "object"});
    let parameter =
        json!({"name": "filter", "in": "query", "style": "deepObject", "schema": schema});
    let contract = contract("/a", json!({"parameters": [parameter]}));
    assert_eq!(requested(&contract, "/a?filter[R]=1", &[]), []);
    for name in ["filter[R", "filterR]", "filter"] {
        assert_eq!(
            requested(&contract, &format!("/a?{name}=1"), &[]),
            in_request(UNKNOWN, &format!("query/{name}")),
            "{name}"
        );
    }
}

#[test]
fn header_parameters_that_the_specification_ignores_are_not_required() {
    for name in ["Accept", "content-type", "AUTHORIZATION"] {
        let found = |place: &str| {
            let schema = json!({"type": "string"});
            let parameter = json!({"name": name, "in": place, "required": true, "schema": schema});
            let contract = contract("/a", json!({"parameters": [parameter]}));
            requested(&contract, "/a", &[])
        };
        assert_eq!(found("header"), [], "{name}");
        assert_eq!(
            found("query"),
            in_request("request-parameter-missing", &format!("query/{name}"))
        );
    }
}
