//! Traffic that conforms has a recording that conforms, whatever the contract requires of values.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, Version};
use openapi_conformance::har::Recording;
use serde_json::json;

use super::*;

const CONTRACT: &str = r"
openapi: 3.1.0
info: { title: Shapes, version: 1.0.0 }
servers: [{ url: https://shapes.example.com/v1 }]
paths:
  /a/{id}:cancel:
    post: { operationId: suffix, parameters: [{ name: id, in: path, required: true, schema: { type: string } }], responses: { '204': { description: x } } }
  /m/{id}:
    get: { operationId: matrix, parameters: [{ name: id, in: path, required: true, style: matrix, schema: { type: integer } }], responses: { '204': { description: x } } }
  /l/{id}:
    get: { operationId: label, parameters: [{ name: id, in: path, required: true, style: label, schema: { type: array, items: { $ref: '#/components/schemas/Color' } } }], responses: { '204': { description: x } } }
  /pair/{x}.from.{y}:
    get: { operationId: pair, parameters: [{ name: x, in: path, required: true, schema: { type: number } }, { name: y, in: path, required: true, schema: { type: number } }], responses: { '204': { description: x } } }
  /café/{name}:
    get: { operationId: literal, parameters: [{ name: name, in: path, required: true, schema: { type: string, minLength: 2 } }], responses: { '204': { description: x } } }
  /point:
    get:
      operationId: exploded
      parameters: [{ name: point, in: query, schema: { type: object, additionalProperties: false, properties: { lat: { type: number, minimum: 10 }, color: { $ref: '#/components/schemas/Color' } } } }]
      responses: { '204': { description: x } }
  /q:
    get:
      operationId: query
      security: [{ cookie: [] }, {}]
      parameters:
        - { name: json, in: query, content: { application/json: { schema: { $ref: '#/components/schemas/Paint' } } } }
        - { name: pipe, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { $ref: '#/components/schemas/Color' } } }
        - { name: space, in: query, style: spaceDelimited, explode: false, schema: { type: array, items: { $ref: '#/components/schemas/Color' } } }
        - { name: comma, in: query, explode: false, schema: { type: array, items: { type: integer, minimum: 5 } } }
        - { name: single, in: query, explode: false, schema: { type: array, items: { enum: [in progress] } } }
        - { name: object, in: query, explode: false, schema: { $ref: '#/components/schemas/Paint' } }
        - { name: deep, in: query, style: deepObject, schema: { $ref: '#/components/schemas/Paint' } }
        - { name: tree, in: query, explode: false, schema: { $ref: '#/components/schemas/Tree' } }
        - { name: either, in: query, schema: { anyOf: [{ type: integer, minimum: 10 }, { type: string, enum: [all] }] } }
        - { name: untyped, in: query, schema: { enum: [1, two, true] } }
        - { name: words, in: query, schema: { type: array, items: { type: string } } }
        - { name: several, in: query, explode: false, schema: { type: array, uniqueItems: true, items: { type: integer, minimum: 5 } } }
        - { name: ranged, in: query, schema: { type: number, exclusiveMinimum: 100, exclusiveMaximum: 101 } }
        - { name: author, in: query, schema: { type: integer } }
        - { name: X-Header-Of-2024-12345, in: header, required: true, schema: { type: string } }
        - { name: theme, in: cookie, required: true, schema: { type: string, enum: [dark, light] } }
      responses: { '204': { description: x } }
  /text:
    get: { operationId: text, responses: { '200': { description: x, content: { text/plain: { schema: { type: string, pattern: '^[0-9]{6}$' } } } } } }
  /type:
    get: { operationId: type, responses: { '200': { description: x, content: { application/vnd.acme.customer-profile.v20240101+json: { schema: { type: object } } } } } }
  /new:
    post: { operationId: new, requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/New' } } } }, responses: { '204': { description: x } } }
  /pages:
    get:
      operationId: pages
      x-pagination: { items: items, more: more, timestamp: at }
      parameters: [{ name: limit, in: query, schema: { type: integer, minimum: 1 } }, { name: before, in: query, schema: { type: integer } }]
      responses: { '200': { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/Page' } } } } }
  /form:
    post: { operationId: form, requestBody: { content: { multipart/form-data: {} } }, responses: { '204': { description: x } } }
  /thing:
    get:
      operationId: thing
      responses:
        '200':
          description: x
          headers:
            X-Untyped: { schema: { enum: [hit, miss, 7] } }
            X-Json: { content: { application/json: { schema: { $ref: '#/components/schemas/Paint' } } } }
            X-Object: { schema: { $ref: '#/components/schemas/Paint' } }
            X-Members: { explode: true, schema: { $ref: '#/components/schemas/Paint' } }
            X-Limit-Of-2024-12345: { schema: { type: integer } }
            Content-Range: { schema: { type: string, pattern: '^bytes [0-9]+-[0-9]+/[0-9]+$' } }
            Set-Cookie: { schema: { type: string, pattern: '^sid=' } }
          content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
components:
  securitySchemes: { cookie: { type: apiKey, in: cookie, name: sid.2024-12345 } }
  schemas:
    Color: { type: string, enum: [red, blue] }
    Paint: { type: object, required: [color], additionalProperties: false, properties: { color: { $ref: '#/components/schemas/Color' }, n: { type: integer, minimum: 5 } } }
    Tree: { type: array, items: { $ref: '#/components/schemas/Tree' } }
    Cat: { type: object, required: [kind, lives], properties: { kind: { type: string }, lives: { type: integer } } }
    Dog: { type: object, required: [kind, barks], properties: { kind: { type: string }, barks: { type: boolean } } }
    Page: { type: object, properties: { items: { type: array, items: { type: object, properties: { id: { type: integer }, at: { type: integer } } } }, more: { type: boolean } } }
    New: { type: object, required: [id], properties: { id: { type: integer, readOnly: true }, codes: { type: object, propertyNames: { enum: [de, en] }, additionalProperties: { type: string } } } }
    Thing:
      type: object
      properties:
        unique: { type: array, uniqueItems: true, items: { type: integer } }
        unique_objects: { type: array, uniqueItems: true, items: { type: object, properties: { id: { type: integer, minimum: 18 } } } }
        tens: { type: array, uniqueItems: true, items: { type: integer, multipleOf: 10 } }
        prefixed: { type: string, pattern: '^(cus|sub)_[0-9a-zA-Z]{6}$' }
        initials: { type: string, pattern: '^[\p{Lu}]{2}-[а-я]+$' }
        card: { type: string, pattern: '^4[0-9]{3}$' }
        between: { type: number, exclusiveMinimum: 5, exclusiveMaximum: 6 }
        low: { type: integer, maximum: -5, multipleOf: 7 }
        high: { type: integer, exclusiveMinimum: 1000 }
        count: { type: integer, minimum: 0, maximum: 9 }
        size: { type: integer, format: int32 }
        pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind, mapping: { kitty: '#/components/schemas/Cat' } } }
        codes: { type: object, propertyNames: { enum: [de, en] }, additionalProperties: { type: string } }
        roles: { type: array, contains: { const: admin }, items: { type: string } }
        anything: {}
        ids: { type: array, uniqueItems: true, items: { type: object, properties: { id: { type: integer, exclusiveMinimum: 0 } } } }
        grades: { type: array, contains: { const: x }, items: { type: string } }
";

const URL: &str = "https://shapes.example.com/v1";

fn message(headers: &[(&str, &str)], body: &str) -> Message {
    let headers = headers.iter().map(|(name, value)| {
        let name: HeaderName = name.parse().unwrap();
        (name, value.parse().unwrap())
    });
    Message::new(HeaderMap::from_iter(headers), Bytes::from(body.to_owned()))
}

/// Records an exchange, asserts that neither it nor its entry has findings, and returns the entry.
fn entry(method: Method, target: &str, request: Message, response: Message) -> Value {
    let contract: &'static Contract = Box::leak(Box::new(Contract::parse(CONTRACT).unwrap()));
    let url: Url = URL.parse().unwrap();
    let mut redactor = Redactor::new(contract, &url, Screen::new(contract), &[]).unwrap();
    let has_body = response.headers.contains_key(CONTENT_TYPE);
    let exchange = Exchange {
        started: chrono::DateTime::default(),
        elapsed: std::time::Duration::ZERO,
        method,
        url: format!("{URL}{target}").parse().unwrap(),
        request,
        response: Some(Response {
            version: Version::HTTP_11,
            status: if has_body { 200 } else { 204 }.try_into().unwrap(),
            message: response,
        }),
    };
    let entry = redactor.entry(&exchange);
    let har = json!({"log": {"entries": [entry]}}).to_string();
    let mut recording = Recording::new(contract, None).unwrap();
    recording.add(&exchange.recorded(), |found| panic!("{target}: {found}"));
    let read = recording.read(har.as_bytes(), |found| panic!("{target} {entry}: {found}"));
    read.unwrap();
    assert_eq!(recording.entries().validated, 2, "{target}");
    entry
}

fn redacted_url(method: Method, target: &str) -> String {
    let request = message(
        &[
            ("x-header-of-2024-12345", "x"),
            ("cookie", "theme=dark; sid.2024-12345=1"),
        ],
        "",
    );
    let entry = entry(method, target, request, message(&[], ""));
    entry["request"]["url"].as_str().unwrap()[URL.len()..].to_owned()
}

#[test]
fn parameters_in_every_style_conform_in_a_recording() {
    for (target, expected) in [
        ("/m/;id=57", "/m/;id=0"),
        ("/l/.red,blue", "/l/.red,blue"),
        ("/pair/1.5.from.22", "/pair/0.0.from.00"),
        ("/caf%C3%A9/Maria", "/caf%C3%A9/Xxxxx"),
        ("/point?lat=12.5&color=blue", "/point?lat=10&color=blue"),
        (
            "/q?json=%7B%22color%22%3A%22red%22%2C%22n%22%3A7%7D",
            "/q?json=%7B%22color%22%3A%22red%22%2C%22n%22%3A5%7D",
        ),
        ("/q?pipe=red|blue", "/q?pipe=red|blue"),
        ("/q?pipe=red%7Cblue", "/q?pipe=red%7Cblue"),
        ("/q?space=red%20blue", "/q?space=red%20blue"),
        ("/q?space=red+blue", "/q?space=red+blue"),
        ("/q?comma=6,7", "/q?comma=5,6"),
        ("/q?comma=6%2C7", "/q?comma=5%2C6"),
        ("/q?several=7,9", "/q?several=5,6"),
        ("/q?single=in+progress", "/q?single=in+progress"),
        ("/q?object=color,red,n,7", "/q?object=color,red,n,5"),
        (
            "/q?deep[color]=red&deep[n]=7",
            "/q?deep%5Bcolor%5D=red&deep%5Bn%5D=5",
        ),
        ("/q?either=50", "/q?either=10"),
        ("/q?either=all", "/q?either=all"),
        ("/q?untyped=two", "/q?untyped=two"),
        ("/q?untyped=true", "/q?untyped=true"),
        ("/q?ranged=100.7", "/q?ranged=100.5"),
        ("/q?author=57", "/q?author=0"),
        ("/q", "/q"),
    ] {
        assert_eq!(redacted_url(Method::GET, target), expected);
    }
    let suffix = redacted_url(Method::POST, "/a/maria-7:cancel");
    assert_eq!(suffix, "/a/xxxxx-0:cancel");
}

#[test]
fn list_of_itself_is_redacted() {
    let contract = Contract::parse(CONTRACT).unwrap();
    let operation = contract
        .operations()
        .find(|operation| operation.id() == "query");
    let tree = contract
        .parameter(operation.unwrap(), "query", "tree")
        .unwrap();
    let contract: &'static Contract = Box::leak(Box::new(Contract::parse(CONTRACT).unwrap()));
    let url: Url = URL.parse().unwrap();
    let mut redactor = Redactor::new(contract, &url, Screen::default(), &[]).unwrap();
    let kind = written::Kind {
        described: &tree,
        is_hidden: false,
        coding: &written::PLAIN,
    };
    for (list, expected) in [("maria,b", "xxxxx,x"), ("maria", "xxxxx")] {
        assert_eq!(redactor.written(list, kind), expected);
    }
}

#[test]
fn documented_headers_conform_in_a_recording() {
    for method in [Method::GET, Method::HEAD] {
        let headers = [
            ("content-type", "application/json"),
            ("x-untyped", "hit"),
            ("x-json", r#"{"color":"red","n":7}"#),
            ("x-object", "color,red,n,7"),
            ("x-members", "color=red,n=7"),
            ("x-limit-of-2024-12345", "57"),
            ("content-range", "bytes 10-57/2048"),
            ("set-cookie", "sid=a1b2; path=/"),
        ];
        let body = if method == Method::GET { "{}" } else { "" };
        let entry = entry(method, "/thing", message(&[], ""), message(&headers, body));
        let values: Vec<_> = entry["response"]["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|header| header["value"].as_str().unwrap())
            .collect();
        assert_eq!(
            values,
            [
                "application/json",
                "hit",
                r#"{"color":"red","n":5}"#,
                "color,red,n,5",
                "color=red,n=5",
                "0",
                "bytes 00-00/0000",
                "sid=x0x0; xxxx=/"
            ]
        );
    }
}

#[test]
fn content_type_conforms_without_its_parameters() {
    let boundary = "multipart/form-data; boundary=d8a1c1d25491155551234";
    let request = message(&[("content-type", boundary)], "--d8a1c1d25491155551234--");
    let form = entry(Method::POST, "/form", request, message(&[], ""));
    assert_eq!(
        form["request"]["postData"],
        json!({"mimeType": "multipart/form-data"})
    );
    let documented = "application/vnd.acme.customer-profile.v20240101+json";
    let response = message(&[("content-type", documented)], "{}");
    entry(Method::GET, "/type", message(&[], ""), response);
}

#[test]
fn number_that_is_a_text_is_left_out() {
    let response = message(&[("content-type", "text/plain")], "314159");
    let text = entry(Method::GET, "/text", message(&[], ""), response);
    assert_eq!(text["response"]["content"]["text"], Value::Null);
}

#[test]
fn bodies_conform_in_a_recording() {
    for (body, expected) in [
        (json!({"unique": [7, 57, 8]}), json!({"unique": [0, 1, 2]})),
        (
            json!({"unique_objects": [{"id": 19}, {"id": 57}]}),
            json!({"unique_objects": [{"id": 18}, {"id": 19}]}),
        ),
        (json!({"tens": [570, 30]}), json!({"tens": [0, 10]})),
        (
            json!({"prefixed": "sub_a1B2c3"}),
            json!({"prefixed": "sub_x0X0x0"}),
        ),
        (json!({"card": "4711"}), json!({"card": "4000"})),
        (json!({"initials": "ÄÖ-щж"}), json!({"initials": "AA-аа"})),
        (json!({"between": 5.7}), json!({"between": 5.5})),
        (json!({"low": -57 * 7}), json!({"low": -7})),
        (json!({"high": 5_700}), json!({"high": 1001})),
        (
            json!({"roles": ["maria", "admin"]}),
            json!({"roles": ["xxxxx", "admin"]}),
        ),
        (
            json!({"ids": [{"id": 57}, {"id": 7}, {"id": 8}]}),
            json!({"ids": [{"id": 1}, {"id": 2}, {"id": 3}]}),
        ),
        (
            json!({"pet": {"kind": "kitty", "lives": 57}}),
            json!({"pet": {"kind": "kitty", "lives": 0}}),
        ),
        (
            json!({"pet": {"kind": "Dog", "barks": true}}),
            json!({"pet": {"kind": "Dog", "barks": true}}),
        ),
        // No placeholder conforms, so the body is left out.
        (json!({"codes": {"de": "Maria"}}), Value::Null),
    ] {
        let response = message(&[("content-type", "application/json")], &body.to_string());
        let thing = entry(Method::GET, "/thing", message(&[], ""), response);
        let text = thing["response"]["content"]["text"].as_str();
        let redacted = text.map_or(Value::Null, |text| serde_json::from_str(text).unwrap());
        assert_eq!(redacted, expected);
    }
}

#[test]
fn request_without_what_only_responses_have_conforms_in_a_recording() {
    let headers = [("content-type", "application/json")];
    let request = message(&headers, r#"{"codes":{"de":"Maria"}}"#);
    let new = entry(Method::POST, "/new", request, message(&[], ""));
    // No placeholder conforms, so the body is left out.
    assert_eq!(new["request"]["postData"]["text"], Value::Null);
}

#[test]
fn list_whose_placeholders_do_not_conform_is_left_out() {
    for (query, page, expected) in [
        (
            "?limit=2",
            json!({"items": [{"id": 7}, {"id": 8}], "more": false}),
            Value::Null,
        ),
        (
            "",
            json!({"items": [{"id": 7, "at": 20}, {"id": 8, "at": 10}], "more": false}),
            Value::Null,
        ),
        (
            "",
            json!({"items": [{"id": 7}, {"id": 8}], "more": false}),
            json!({"items": [{"id": 0}, {"id": 1}], "more": false}),
        ),
    ] {
        let response = message(&[("content-type", "application/json")], &page.to_string());
        let list = entry(
            Method::GET,
            &format!("/pages{query}"),
            message(&[], ""),
            response,
        );
        let text = list["response"]["content"]["text"].as_str();
        let redacted = text.map_or(Value::Null, |text| serde_json::from_str(text).unwrap());
        assert_eq!(redacted, expected);
    }
}

/// Redacts the body of a response that does not have to conform.
fn redacted_thing(body: &str) -> String {
    let contract: &'static Contract = Box::leak(Box::new(Contract::parse(CONTRACT).unwrap()));
    let url: Url = URL.parse().unwrap();
    let mut redactor = Redactor::new(contract, &url, Screen::new(contract), &[]).unwrap();
    let operation = contract.operation("thing").unwrap();
    let status = axum::http::StatusCode::OK;
    let described = contract.response_body(operation, status, "application/json");
    let Body::Recorded(redacted) = redactor.json(body.as_bytes(), true, &described) else {
        panic!("it is left out");
    };
    String::from_utf8(redacted.to_vec()).unwrap()
}

#[test]
fn duplicate_numbers_remain_duplicates() {
    for (body, expected) in [
        (r#"{"unique":[7,57,7.0]}"#, r#"{"unique":[0,1,0]}"#),
        (
            r#"{"unique_objects":[{"id":7,"n":1},{"n":1,"id":7}]}"#,
            r#"{"unique_objects":[{"id":17,"n":0},{"id":17,"n":0}]}"#,
        ),
    ] {
        assert_eq!(redacted_thing(body), expected);
    }
}

#[test]
fn placeholder_is_no_value_that_the_contract_lists() {
    assert_eq!(redacted_thing(r#"{"grades":["y"]}"#), r#"{"grades":["a"]}"#);
}

#[test]
fn names_of_which_the_contract_says_nothing_are_hidden() {
    assert_eq!(
        redacted_thing(r#"{"owner":1,"anything":{"owner":1}}"#),
        r#"{"anything":{"xxxxx":0},"owner":0}"#
    );
}

#[test]
fn numbers_beyond_bounds_remain_beyond_them() {
    assert_eq!(redacted_thing(r#"{"count":-57}"#), r#"{"count":-1}"#);
    assert_eq!(redacted_thing(r#"{"count":57}"#), r#"{"count":10}"#);
    let beyond = redacted_thing(r#"{"size":5700000000}"#);
    assert_eq!(beyond, r#"{"size":4294967296}"#);
}

#[test]
fn body_without_a_content_type_is_redacted_as_json() {
    let contract: &'static Contract = Box::leak(Box::new(Contract::parse(CONTRACT).unwrap()));
    let operation = contract
        .operations()
        .find(|operation| operation.id() == "thing");
    let described = contract.response_body(operation.unwrap(), axum::http::StatusCode::OK, "");
    assert!(described.property("unique").is_some());
}

#[test]
fn words_of_a_text_are_hidden() {
    let marked = CONTRACT.replace(
        "type: string, enum: [red, blue]",
        "type: string, x-sensitive: true, enum: [red, blue]",
    );
    let contract: &'static Contract = Box::leak(Box::new(Contract::parse(&marked).unwrap()));
    let url: Url = URL.parse().unwrap();
    let mut redactor = Redactor::new(contract, &url, Screen::default(), &[]).unwrap();
    let documented = Documented {
        contract,
        operation: contract
            .operations()
            .find(|operation| operation.id() == "query"),
    };
    let url = format!("{URL}/q?words=where,is&words=where+is+maria")
        .parse()
        .unwrap();
    let redacted = redactor.url(&url, documented);
    assert_eq!(
        redacted.query(),
        Some("words=where,is&words=xxxxx+xx+xxxxa")
    );
}
