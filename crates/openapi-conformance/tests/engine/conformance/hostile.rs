//! Hostile documents and payloads are validated, or rejected, in bounded time, memory and stack.

use openapi_conformance::Contract;
use serde_json::{Map, Value, json};

fn document(schemas: &Value) -> Value {
    json!({"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}})
}

#[track_caller]
fn parse(document: &Value) -> Contract {
    Contract::parse(&document.to_string()).unwrap()
}

/// Returns the ids of the findings in a value of the schema `A`.
#[track_caller]
fn ids(schemas: &Value, value: &Value) -> Vec<&'static str> {
    let contract = parse(&document(schemas));
    let findings = contract.validate_value("/components/schemas/A", value);
    findings.unwrap().iter().map(|finding| finding.id).collect()
}

/// Returns the only reason for which a text is not a contract.
#[track_caller]
fn reason(text: &str) -> String {
    let error = Contract::parse(text).unwrap_err();
    let [reason] = error.reasons() else {
        panic!("{error}");
    };
    reason.clone()
}

#[test]
fn deeply_nested_documents_are_errors() {
    for opening in ["[", "{a: ", "- ", "{\"a\":", "? "] {
        let reason = reason(&opening.repeat(100_000));
        assert!(reason.contains("line 1"), "{opening}: {reason}");
    }
}

#[test]
fn exponential_aliases_are_an_error() {
    let mut text = "a0: &a0 [x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let alias = format!("*a{}", level - 1);
        text += &format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 4].join(","));
    }
    let reason = reason(&text);
    assert!(reason.contains("too complex"), "{reason}");
}

#[test]
fn names_whose_pointers_exceed_memory_are_an_error() {
    let (long, count) = ("k".repeat(50_000), 5300);
    // The pointers of the version, of the long name, and of its items, whose indices count as eight digits.
    let pointers = "/openapi".len() + 50_001 + count * (50_001 + "/00000000".len());
    let text = |rest: usize| {
        let short = "s".repeat(rest - "/".len());
        json!({"openapi": "3.1.0", long.as_str(): vec![0; count], short: 0}).to_string()
    };
    let rest = (1 << 28) - pointers;
    assert!(Contract::parse(&text(rest)).is_ok());
    let reason = reason(&text(rest + 1));
    assert_eq!(reason, "the names in the document are too long");
}

#[test]
fn document_of_more_than_64_mebibytes_is_an_error() {
    let mut text = r#"{"openapi": "3.1.0", "x": ""}"#.to_owned();
    text.insert_str(text.len() - 2, &"b".repeat((1 << 26) - text.len()));
    assert!(Contract::parse(&text).is_ok());
    text.push(' ');
    assert!(reason(&text).contains("larger than 67108864 bytes"));
}

#[test]
fn patterns_of_a_contract_have_a_total_size() {
    let large = json!({"pattern": "a{1000}b{1000}"});
    let schemas: Map<_, _> = (0..1000).map(|n| (n.to_string(), large.clone())).collect();
    let contract = parse(&document(&schemas.into()));
    let [note] = contract.notes() else {
        panic!("{:?}", contract.notes());
    };
    assert_eq!(note.id, "pattern-unsupported");
    assert!(note.count < 1000, "{note:?}");
    let deep = document(&json!({"A": {"pattern": "(".repeat(100_000)}}));
    assert_eq!(parse(&deep).notes().len(), 1);
}

#[test]
fn base_url_does_not_grow_exponentially() {
    let name = |level: usize| format!("v{level}");
    let double = |level: usize| format!("{{v{level}}}{{v{level}}}");
    let variables: Map<_, _> = (10..40)
        .map(|level| (name(level), json!({"default": double(level + 1)})))
        .collect();
    let contract = parse(&json!({
        "openapi": "3.0.0",
        "paths": {},
        "servers": [{"url": "{v10}", "variables": variables}],
    }));
    assert_eq!(contract.base_url(), "/");
}

#[test]
fn schemas_that_repeat_their_parts_take_linear_time_to_read() {
    let part = |level: usize| json!({"$ref": format!("#/components/schemas/A{level}")});
    let mut schemas: Map<_, _> = (0..60)
        .map(|level| {
            let parts = [part(level + 1), part(level + 1)];
            (format!("A{level}"), json!({"allOf": parts}))
        })
        .collect();
    schemas.insert("A60".to_owned(), json!({"type": "object"}));
    let mut document = document(&schemas.into());
    let media = json!({"application/json": {"schema": part(0)}});
    document["paths"]["/a"]["get"]["responses"]["200"]["content"] = media;
    assert_eq!(parse(&document).operations().count(), 1);
}

#[test]
fn schemas_that_repeat_their_parts_take_linear_time() {
    let mut schema = json!({"type": "object"});
    let mut schemas = Map::new();
    for level in 0..60 {
        let name = format!("A{level}");
        let part = json!({"$ref": format!("#/components/schemas/{name}")});
        schemas.insert(name, schema);
        schema = json!({"allOf": [part, part]});
    }
    schemas.insert("A".to_owned(), schema);
    let schemas = schemas.into();
    assert_eq!(ids(&schemas, &json!({})), [""; 0]);
    assert_eq!(ids(&schemas, &json!(1)), ["response-type-mismatch"]);
}

#[test]
fn alternatives_of_a_recursive_schema_take_linear_time() {
    for kind in ["anyOf", "oneOf"] {
        let schema = json!({
            "type": "array",
            "items": {kind: [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
        });
        let value = (0..100).fold(json!("wrong"), |value, _| json!([value]));
        let found = ids(&json!({"A": schema}), &value);
        assert_eq!(found, ["response-type-mismatch"], "{kind}");
    }
}

/// Returns the schema `A`, which refers to `A0`, which refers to `A1`, and so on to a string.
fn chain(length: usize) -> Value {
    let schema = |level: usize| json!({"$ref": format!("#/components/schemas/A{level}")});
    let mut schemas: Map<_, _> = (0..length)
        .map(|level| (format!("A{level}"), schema(level + 1)))
        .collect();
    schemas.insert(format!("A{length}"), json!({"type": "string"}));
    schemas.insert("A".to_owned(), schema(0));
    Value::Object(schemas)
}

#[test]
fn long_chains_of_references_are_followed_or_too_complex() {
    assert_eq!(ids(&chain(399), &json!(1)), ["response-type-mismatch"]);
    for length in [400, 20_000] {
        let found = ids(&chain(length), &json!(""));
        assert_eq!(found, ["response-too-complex"], "{length}");
    }
}

#[test]
fn number_of_findings_is_limited() {
    let required: Vec<_> = (0..1000).map(|n| n.to_string()).collect();
    let schema = json!({"type": "array", "items": {"required": required}});
    let found = ids(&json!({"A": schema}), &json!(vec![json!({}); 20]));
    assert_eq!(found.len(), 10_001);
    assert_eq!(found.last(), Some(&"response-too-complex"));
}

#[test]
fn comparisons_with_long_lists_count_as_steps() {
    let numbers = 0..2000;
    let names: Vec<_> = numbers.clone().map(|number| format!("n{number}")).collect();
    let named: Map<_, _> = names.iter().map(|name| (name.clone(), json!({}))).collect();
    for list in [
        json!({"enum": numbers.collect::<Vec<_>>()}),
        json!({"x-extensible-enum": names}),
        json!({"required": names}),
        json!({"properties": named}),
        json!({"patternProperties": named}),
    ] {
        let found = ids(
            &json!({"A": {"type": "array", "items": list}}),
            &json!(vec![0; 10_000]),
        );
        assert_eq!(found, ["response-too-complex"], "{list}");
    }
}

#[test]
fn types_of_a_parameter_are_unknown_behind_too_many_schemas() {
    let one = |next: Value| json!({"allOf": [next]});
    let two = |next: Value| json!({"anyOf": [next, next]});
    type Link = fn(Value) -> Value;
    let cases: [(Link, usize, bool); 4] = [
        (one, 10, true),
        (one, 100, false),
        (two, 3, true),
        (two, 12, false),
    ];
    for (link, levels, is_known) in cases {
        let mut schemas = Map::new();
        for level in 0..levels {
            let next = json!({"$ref": format!("#/components/schemas/A{}", level + 1)});
            schemas.insert(format!("A{level}"), link(next));
        }
        schemas.insert(format!("A{levels}"), json!({"type": "integer"}));
        let mut document = document(&schemas.into());
        let schema = json!({"$ref": "#/components/schemas/A0"});
        document["paths"]["/a"]["get"]["parameters"] =
            json!([{"name": "p", "in": "query", "schema": schema}]);
        let contract = parse(&document);
        let operation = contract.operations().next().unwrap();
        let request = http::Request::get("/a?p=5").body("").unwrap();
        let found = contract.validate_request(operation, &request);
        assert_eq!(found.is_empty(), is_known, "{levels}: {found:?}");
    }
}

#[test]
fn at_most_a_million_steps_are_taken_for_a_small_payload() {
    let items = |schema: Value| json!({"A": {"type": "array", "items": schema}});
    let values = |steps: usize| vec![json!(0); 16 * steps];
    // One step for the array, and 2151 for each of its items.
    let listed = items(json!({"enum": values(2150)}));
    let impossible = json!({"type": "null", "enum": values(2147)});
    let alternative = items(json!({"anyOf": [impossible, {}]}));
    for schemas in [listed, alternative] {
        assert_eq!(ids(&schemas, &json!(vec![0; 464])), [""; 0]);
        let found = ids(&schemas, &json!(vec![0; 465]));
        assert_eq!(found, ["response-too-complex"]);
    }
}

#[test]
fn alternative_that_is_too_complex_is_reported() {
    let mut schemas = chain(400);
    schemas["A"] = json!({"oneOf": [schemas["A"], {"type": "string"}]});
    assert_eq!(ids(&schemas, &json!("a")), ["response-too-complex"]);
}

#[test]
fn extreme_numbers_are_compared() {
    let schema = json!({"multipleOf": 1e-308, "minimum": -1e308, "maximum": 1e308});
    for value in [json!(0), json!(-0.0), json!(1e308), json!(u64::MAX)] {
        let found = ids(&json!({"A": schema}), &value);
        let only_factor = found.iter().all(|id| *id == "response-not-multiple");
        assert!(only_factor, "{value}: {found:?}");
    }
}

#[test]
fn only_short_property_names_without_data_are_shown() {
    let (longest, long) = ("x".repeat(100), "x".repeat(101));
    let contract = parse(&document(&json!({"A": {"properties": {"a": {}}}})));
    for (name, is_shown) in [
        ("one two three four five", true),
        (&longest, true),
        ("ana@example.com", false),
        ("\u{661}\u{662}\u{663}\u{664}\u{665}", false),
        ("I will be there at seven", false),
        ("a\nb", false),
        (&long, false),
    ] {
        let value = json!({ name: 1 });
        let findings = contract.validate_value("/components/schemas/A", &value);
        let [finding] = &findings.unwrap()[..] else {
            panic!("{name}");
        };
        assert_eq!(finding.pointer == format!("/{name}"), is_shown, "{finding}");
        assert_eq!(finding.to_string().contains(name), is_shown, "{finding}");
        assert_eq!(finding.pointer.starts_with("/(a "), !is_shown, "{finding}");
    }
}
