//! The values that the texts of parameters represent.

use http::Request;
use serde_json::json;

use super::parameters::{contract, requested};

#[test]
fn separator_in_a_scalar_is_a_part_of_it() {
    for (style, separator, text) in [
        ("form", ",", "a,b"),
        ("spaceDelimited", " ", "a%20b"),
        ("pipeDelimited", "|", "a%7Cb"),
    ] {
        let schema = json!({"type": "string", "const": format!("a{separator}b")});
        let parameter =
            json!({"name": "p", "in": "query", "style": style, "explode": false, "schema": schema});
        let contract = contract("/a", json!({"parameters": [parameter]}));
        let found = requested(&contract, &format!("/a?p={text}"), &[]);
        assert_eq!(found, [], "{style}");
    }
}

#[test]
fn only_a_form_is_exploded_by_default() {
    let list = json!({"type": "array", "const": ["a", "b"]});
    let object = json!({"type": "object", "const": {"R": "100"}});
    let parameters = json!([
        {"name": "list", "in": "query", "schema": list},
        {"name": "object", "in": "header", "schema": object},
    ]);
    let contract = contract("/a", json!({"parameters": parameters}));
    let headers = [("object", "R,100")];
    assert_eq!(requested(&contract, "/a?list=a&list=b", &headers), []);
}

#[test]
fn members_of_an_object_have_the_types_of_their_properties() {
    let properties = json!({"count": {"type": "integer"}, "name": {"type": "string"}});
    let value = json!({"count": 1, "name": "2"});
    let schema = json!({"type": "object", "properties": properties, "const": value});
    let parameter = json!({"name": "p", "in": "query", "style": "deepObject", "schema": schema});
    let contract = contract("/a", json!({"parameters": [parameter]}));
    let found = requested(&contract, "/a?p[count]=1&p[name]=2", &[]);
    assert_eq!(found, []);
}

#[test]
fn boolean_is_true_or_false() {
    for value in [true, false] {
        let schema = json!({"type": "boolean", "const": value});
        let parameter = json!({"name": "p", "in": "query", "schema": schema});
        let contract = contract("/a", json!({"parameters": [parameter]}));
        let found = requested(&contract, &format!("/a?p={value}"), &[]);
        assert_eq!(found, [], "{value}");
    }
}

#[test]
fn text_of_another_type_is_a_string() {
    for (kind, text) in [("boolean", "5"), ("integer", "true")] {
        let parameter = json!({"name": "p", "in": "query", "schema": {"type": kind}});
        let contract = contract("/a", json!({"parameters": [parameter]}));
        let operation = contract.operations().next().unwrap();
        let request = Request::get(format!("/a?p={text}")).body("").unwrap();
        let findings = contract.validate_request(operation, &request);
        let sentence = &findings[0].sentence;
        assert!(sentence.contains("a string"), "{kind}: {sentence}");
    }
}
