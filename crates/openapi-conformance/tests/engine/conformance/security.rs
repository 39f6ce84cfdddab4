//! Credentials of every security scheme.

use serde_json::{Value, json};

use super::in_request;
use super::parameters::{contract, requested};

/// Security requirements, a URI, headers, and the expected finding.
type Case = (
    Value,
    &'static str,
    &'static [(&'static str, &'static str)],
    Option<(&'static str, &'static str)>,
);

#[test]
fn credentials_of_each_scheme_are_required() {
    let missing = "request-authorization-missing";
    let invalid = "request-authorization-invalid";
    let cases: Vec<Case> = vec![
        (
            json!([{"bearer": []}]),
            "/a",
            &[("authorization", "bearer a")],
            None,
        ),
        (
            json!([{"bearer": []}]),
            "/a",
            &[],
            Some((missing, "headers/authorization")),
        ),
        (
            json!([{"basic": []}]),
            "/a",
            &[("authorization", "Basic a")],
            None,
        ),
        (
            json!([{"basic": []}]),
            "/a",
            &[("authorization", "Bearer a")],
            Some((invalid, "headers/authorization")),
        ),
        (json!([{"header": []}]), "/a", &[("x-key", "a")], None),
        (
            json!([{"header": []}]),
            "/a",
            &[],
            Some((missing, "headers/x-key")),
        ),
        (json!([{"query": []}]), "/a?key=a", &[], None),
        (
            json!([{"query": []}]),
            "/a",
            &[],
            Some((missing, "query/key")),
        ),
        (
            json!([{"cookie": []}]),
            "/a",
            &[("cookie", "b=1; sid=a")],
            None,
        ),
        (
            json!([{"cookie": []}]),
            "/a",
            &[],
            Some((missing, "cookies/sid")),
        ),
        (
            json!([{"cookie": []}]),
            "/a",
            &[("cookie", "b=1")],
            Some((missing, "cookies/sid")),
        ),
        (
            json!([{"bearer": []}, {"header": []}]),
            "/a",
            &[("x-key", "a")],
            None,
        ),
        (
            json!([{"bearer": []}, {"header": []}]),
            "/a",
            &[],
            Some((missing, "headers/authorization")),
        ),
        (
            json!([{"bearer": [], "header": []}]),
            "/a",
            &[("authorization", "Bearer a")],
            Some((missing, "headers/x-key")),
        ),
        (json!([{"bearer": []}, {}]), "/a", &[], None),
        (json!([]), "/a", &[], None),
        (
            json!([{"incomplete": []}]),
            "/a",
            &[("authorization", "Digest a")],
            None,
        ),
    ];
    for (security, uri, headers, expected) in cases {
        let contract = contract("/a", json!({"security": security}));
        let found = requested(&contract, uri, headers);
        let expected = expected.map(|(id, place)| in_request(id, place));
        assert_eq!(found, expected.unwrap_or_default(), "{security} {uri}");
    }
}
