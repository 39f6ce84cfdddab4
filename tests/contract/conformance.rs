//! The strict reader finds every single-point break of a documented answer, and says rightly what it is.

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use watsi::conformance::{Contract, Coverage, Finding, Route, Severity};

use crate::contract::{Answer, CONTRACT, EVENTS, FIRST_CONTRACT, OPERATIONS, Spot, spots};
use crate::exchange;

/// Every documented answer with each change that `change` makes at a spot of it, and the pointer that
/// it changed.
fn changed(
    change: impl Fn(&Spot, &mut Value) -> Option<String>,
) -> Vec<(Answer, Value, String, String)> {
    let mut all = Vec::new();
    for operation in OPERATIONS.iter() {
        for (index, answer) in operation.answers().into_iter().enumerate() {
            if answer.schema.is_null() {
                continue;
            }
            for spot in spots(answer.schema, answer.body) {
                let mut body = answer.body.clone();
                if let Some(pointer) = change(&spot, &mut body) {
                    let what = format!("{} {}", operation.id, answer.example);
                    all.push((operation.answers().remove(index), body, pointer, what));
                }
            }
        }
    }
    assert!(!all.is_empty(), "the contract has nothing to change");
    all
}

/// Each of the changed answers has this finding at the changed place, and no other.
#[track_caller]
fn assert_found(
    all: Vec<(Answer, Value, String, String)>,
    severity: Severity,
    sentence: impl Fn(&str) -> bool,
) {
    for (answer, body, pointer, what) in all {
        let findings = exchange::findings(&answer, &body);
        let [finding] = &findings[..] else {
            panic!("{what} {pointer}: {findings:#?}");
        };
        assert_eq!(finding.severity, severity, "{what}: {finding}");
        assert_eq!(
            finding.pointer,
            format!("/response/body{pointer}"),
            "{what}"
        );
        assert!(sentence(&finding.sentence), "{what}: {finding}");
        let place = CONTRACT.pointer(&finding.contract_pointer);
        assert!(place.is_some(), "{what}: {finding}");
    }
}

fn put(body: &mut Value, spot: &Spot, value: Value) -> Option<String> {
    *body.pointer_mut(&spot.pointer)? = value;
    Some(spot.pointer.clone())
}

#[test]
fn a_value_of_another_type_is_breaking() {
    for wrong in [
        json!(7),
        json!(0.5),
        json!("text"),
        json!(true),
        json!([]),
        json!({}),
    ] {
        let all = changed(|spot, body| {
            let right = match spot.schema["type"].as_str().unwrap() {
                "object" => wrong.is_object(),
                "array" => wrong.is_array(),
                "string" => wrong.is_string(),
                "boolean" => wrong.is_boolean(),
                other => panic!("no wrong value for type {other}"),
            };
            put(body, spot, wrong.clone()).filter(|_| !right)
        });
        assert_found(all, Severity::Breaking, |it| {
            it.starts_with("is a") && it.contains(", and not ")
        });
    }
}

#[test]
fn a_null_that_is_not_documented_is_breaking() {
    let all = changed(|spot, body| put(body, spot, Value::Null).filter(|_| !spot.nullable));
    assert_found(all, Severity::Breaking, |it| {
        it.starts_with("is null, and not ")
    });
}

#[test]
fn a_documented_null_is_no_finding() {
    let all = changed(|spot, body| put(body, spot, Value::Null).filter(|_| spot.nullable));
    for (answer, body, pointer, what) in all {
        assert_eq!(exchange::findings(&answer, &body), [], "{what} {pointer}");
    }
}

#[test]
fn a_required_property_that_is_missing_is_breaking() {
    let all = changed(|spot, body| {
        let (parent, name) = spot.pointer.rsplit_once('/')?;
        let object = body.pointer_mut(parent)?.as_object_mut()?;
        object.remove(name).filter(|_| spot.required)?;
        Some(spot.pointer.clone())
    });
    assert_found(all, Severity::Breaking, |it| it == "is missing");
}

#[test]
fn an_undocumented_property_is_additive() {
    let all = changed(|spot, body| {
        let object = body.pointer_mut(&spot.pointer)?.as_object_mut()?;
        let closed = spot.schema["additionalProperties"] != Value::Bool(true);
        object.insert("introduced/later".to_owned(), json!({"a": [1]}));
        closed.then(|| format!("{}/introduced~1later", spot.pointer))
    });
    assert_found(all, Severity::Additive, |it| it == "is not documented");
}

#[test]
fn an_unlisted_value_of_a_vocabulary_is_additive() {
    let all = changed(|spot, body| {
        let vocabulary = spot.schema.get("x-extensible-enum").is_some();
        put(body, spot, json!("introduced_later")).filter(|_| vocabulary)
    });
    assert_found(all, Severity::Additive, |it| {
        it == "`introduced_later` is not a listed value"
    });
}

#[test]
fn a_text_that_is_no_date_time_is_breaking() {
    for wrong in [
        "",
        "2025-03-15",
        "2025-13-15T10:30:00Z",
        "2025-03-15T10:30:00",
        "2025-03-15 10:30:00Z",
        "2025-03-15T10:30:00\u{2212}03:00",
        "1742034904",
    ] {
        let all = changed(|spot, body| {
            let instant = spot.schema["format"] == "date-time";
            put(body, spot, json!(wrong)).filter(|_| instant)
        });
        assert_found(all, Severity::Breaking, |it| {
            it == "is no date-time (RFC 3339)"
        });
    }
}

#[test]
fn a_code_of_another_status_is_breaking() {
    let all = changed(|spot, body| {
        let code = spot.pointer == "/error/code";
        let other = if body["error"]["code"] == "NOT_FOUND" {
            "CONFLICT"
        } else {
            "NOT_FOUND"
        };
        put(body, spot, json!(other)).filter(|_| code)
    });
    assert_found(all, Severity::Breaking, |it| {
        it.contains("is a code of another status than")
    });
}

/// What the strict reader says of the answer to `list_conversations?query`.
fn listed(query: &str, change: impl FnOnce(&mut Value)) -> Vec<(Severity, String, String)> {
    let operation = exchange::operation("list_conversations");
    let item = |id: &str, at: &str| {
        json!({
            "id": id, "customer": {}, "status": "open", "assigned_user_id": null,
            "last_message_at": format!("2025-03-15T{at}Z"),
        })
    };
    let mut page = json!({
        "chats": [item("a", "12:00:00.000"), item("b", "11:00:00.000"), item("c", "11:00:00.000")],
        "hasMore": true,
    });
    change(&mut page);
    let request = Request::get(format!("https://example.com/conversations?{query}"));
    let request = request
        .header(AUTHORIZATION, "Bearer key")
        .body("")
        .unwrap();
    let response = exchange::response(200, &page);
    shown(&Contract::embedded().judge(operation, &request, &response))
}

fn shown(findings: &[Finding]) -> Vec<(Severity, String, String)> {
    let findings = findings.iter();
    findings
        .map(|it| (it.severity, it.pointer.clone(), it.sentence.clone()))
        .collect()
}

fn breaking(place: &str, sentence: &str) -> Vec<(Severity, String, String)> {
    let pointer = format!("/response/{place}");
    vec![(Severity::Breaking, pointer, sentence.to_owned())]
}

#[test]
fn a_list_as_it_is_documented_has_no_finding() {
    for query in [
        "",
        "limit=3",
        "before=2025-03-15T12:00:00.001Z",
        "status=open",
        "limit=100",
    ] {
        assert_eq!(listed(query, |_| ()), [], "{query}");
    }
}

#[test]
fn a_list_of_more_than_the_limit_is_breaking() {
    let expected = breaking("body/chats", "holds 3 items, more than the limit");
    assert_eq!(listed("limit=2", |_| ()), expected);
}

#[test]
fn a_list_of_more_than_the_default_limit_is_breaking() {
    let found = listed("", |page| {
        let item = page["chats"][0].clone();
        page["chats"] = (0..21)
            .map(|index| {
                let mut item = item.clone();
                item["id"] = json!(format!("id-{index}"));
                item
            })
            .collect();
    });
    assert_eq!(
        found,
        breaking("body/chats", "holds 21 items, more than the limit")
    );
}

#[test]
fn an_item_that_is_not_from_before_the_cursor_is_breaking() {
    let found = listed("before=2025-03-15T12:00:00.000Z", |_| ());
    let expected = breaking(
        "body/chats/0/last_message_at",
        "is not from before `before`",
    );
    assert_eq!(found, expected);
}

#[test]
fn a_list_out_of_order_is_breaking() {
    let found = listed("", |page| page["chats"].as_array_mut().unwrap().swap(0, 1));
    let expected = breaking(
        "body/chats/1/last_message_at",
        "is more recent than the item before it",
    );
    assert_eq!(found, expected);
}

#[test]
fn an_item_that_the_filter_does_not_ask_for_is_breaking() {
    let sentence = "is not what the filter asks for";
    let found = listed("status=open", |page| {
        page["chats"][1]["status"] = json!("active")
    });
    assert_eq!(found, breaking("body/chats/1/status", sentence));
    let found = listed("assigned_user_id=u", |page| {
        for index in 0..3 {
            page["chats"][index]["assigned_user_id"] = json!("u");
        }
        page["chats"][2]["assigned_user_id"] = Value::Null;
    });
    assert_eq!(found, breaking("body/chats/2/assigned_user_id", sentence));
}

#[test]
fn an_item_that_comes_twice_on_a_page_is_breaking() {
    let found = listed("", |page| page["chats"][2]["id"] = json!("b"));
    assert_eq!(
        found,
        breaking("body/chats/2/id", "stands twice on the page")
    );
}

#[test]
fn an_empty_page_before_others_is_breaking() {
    let found = listed("", |page| page["chats"] = json!([]));
    assert_eq!(
        found,
        breaking("body/hasMore", "says that more follow an empty page")
    );
}

/// Every documented answer with `change` made to it, and what the strict reader says.
fn answers(change: impl Fn(&mut Response<Vec<u8>>)) -> Vec<Vec<(Severity, String, String)>> {
    let mut all = Vec::new();
    for answer in OPERATIONS.iter().flat_map(|operation| operation.answers()) {
        let mut response = exchange::response(answer.status(), answer.body);
        change(&mut response);
        let operation = exchange::operation(answer.operation.id);
        let findings = Contract::embedded().judge_response(operation, &response);
        all.push(shown(&findings));
    }
    all
}

#[test]
fn an_undocumented_status_is_breaking() {
    for status in [301, 304, 402, 418, 422, 501, 504, 599] {
        for found in
            answers(|response| *response.status_mut() = StatusCode::from_u16(status).unwrap())
        {
            assert_eq!(
                found,
                breaking("status", &format!("{status} is not documented"))
            );
        }
    }
}

#[test]
fn an_undocumented_content_type_is_breaking() {
    for media in [
        "text/html",
        "text/plain; charset=utf-8",
        "application/problem+json",
        "application/jsonp",
        "",
    ] {
        let value = HeaderValue::from_static(media);
        for found in
            answers(|response| drop(response.headers_mut().insert(CONTENT_TYPE, value.clone())))
        {
            assert_eq!(
                found,
                breaking("headers/content-type", "is not application/json"),
                "{media}"
            );
        }
    }
}

#[test]
fn a_missing_content_type_is_breaking() {
    for found in answers(|response| drop(response.headers_mut().remove(CONTENT_TYPE))) {
        assert_eq!(found, breaking("headers/content-type", "is missing"));
    }
}

#[test]
fn a_body_that_is_missing_is_breaking() {
    for found in answers(|response| response.body_mut().clear()) {
        assert_eq!(found, breaking("body", "is missing"));
    }
}

#[test]
fn a_body_that_is_no_json_is_breaking() {
    for body in [
        "<html>",
        "{\"a\":",
        "{}{}",
        "NaN",
        "\u{feff}{}",
        "{\"a\": \"\\ud800\"}",
    ] {
        for found in answers(|response| *response.body_mut() = body.into()) {
            let [(severity, pointer, sentence)] = &found[..] else {
                panic!("{body}: {found:?}");
            };
            assert_eq!(
                (*severity, pointer.as_str()),
                (Severity::Breaking, "/response/body")
            );
            assert!(
                sentence.starts_with("is no JSON (line 1, column "),
                "{sentence}"
            );
        }
    }
}

#[test]
fn an_envelope_as_a_success_is_breaking() {
    let operation = exchange::operation("list_conversations");
    let body = json!({"error": {"code": "NOT_FOUND", "message": "No such resource"}});
    let response = exchange::response(200, &body);
    let found = shown(&Contract::embedded().judge_response(operation, &response));
    let all: Vec<_> = found
        .iter()
        .map(|(severity, pointer, _)| (*severity, pointer.as_str()))
        .collect();
    let expected = [
        (Severity::Breaking, "/response/body/chats"),
        (Severity::Breaking, "/response/body/hasMore"),
        (Severity::Additive, "/response/body/error"),
    ];
    assert_eq!(all, expected);
}

/// The example request of `operation` with `change` made to it, and what the strict reader says.
fn requested(
    operation: &str,
    change: impl FnOnce(&mut Request<Vec<u8>>),
) -> Vec<(Severity, String, String)> {
    let documented = OPERATIONS.iter().find(|it| it.id == operation).unwrap();
    let body = documented
        .request_examples()
        .first()
        .map_or(&Value::Null, |it| it.1);
    let mut request = exchange::request(documented, body);
    change(&mut request);
    let findings = Contract::embedded().judge_request(exchange::operation(operation), &request);
    shown(&findings)
}

fn in_request(place: &str, sentence: &str) -> Vec<(Severity, String, String)> {
    let pointer = format!("/request/{place}");
    vec![(Severity::Request, pointer, sentence.to_owned())]
}

#[test]
fn a_query_that_is_not_documented_is_found_in_the_request() {
    let cases = [
        (
            "limit=many",
            "query/limit",
            "is a string, and not an integer",
        ),
        ("limit=", "query/limit", "is a string, and not an integer"),
        (
            "limit=20.5",
            "query/limit",
            "is a string, and not an integer",
        ),
        (
            "limit=%2B5",
            "query/limit",
            "is a string, and not an integer",
        ),
        ("limit=05", "query/limit", "is a string, and not an integer"),
        ("limit=101", "query/limit", "is more than 100"),
        ("limit=0", "query/limit", "is less than 1"),
        ("limit=5&limit=5", "query/limit", "stands twice"),
        (
            "before=yesterday",
            "query/before",
            "is no date-time (RFC 3339)",
        ),
        ("page=2", "query/page", "is not documented"),
        ("a/b~c=2", "query/a~1b~0c", "is not documented"),
    ];
    for (query, place, sentence) in cases {
        let found = requested("list_conversations", |request| {
            *request.uri_mut() = format!("/conversations?{query}").parse().unwrap();
        });
        assert_eq!(found, in_request(place, sentence), "{query}");
    }
}

#[test]
fn a_body_that_is_not_documented_is_found_in_the_request() {
    let cases = [
        (json!({"conversation_id": "c"}), "body/body", "is missing"),
        (
            json!({"conversation_id": 7, "body": "b"}),
            "body/conversation_id",
            "is a number, and not a string",
        ),
        (
            json!({"conversation_id": "c", "body": "b", "to": 1}),
            "body/to",
            "is not documented",
        ),
        (json!([]), "body", "is an array, and not an object"),
    ];
    for (body, place, sentence) in cases {
        let found = requested("send_message", |request| {
            *request.body_mut() = body.to_string().into()
        });
        assert_eq!(found, in_request(place, sentence), "{body}");
    }
}

#[test]
fn a_subscription_without_https_is_found_in_the_request() {
    let found = requested("create_webhook", |request| {
        *request.body_mut() = json!({"url": "http://example.com", "events": []})
            .to_string()
            .into();
    });
    assert_eq!(found, in_request("body/url", "does not match `^https://`"));
    let found = requested("create_webhook", |request| {
        *request.body_mut() = json!({"url": "https://exa mple.com", "events": []})
            .to_string()
            .into();
    });
    assert_eq!(found, in_request("body/url", "is no absolute URI"));
}

#[test]
fn a_request_without_its_body_is_found() {
    let found = requested("send_message", |request| request.body_mut().clear());
    assert_eq!(found, in_request("body", "is missing"));
}

#[test]
fn a_body_that_no_operation_asks_for_is_found() {
    let found = requested("list_conversations", |request| {
        *request.body_mut() = b"{}".to_vec()
    });
    assert_eq!(found, in_request("body", "is not documented"));
}

#[test]
fn a_request_without_a_key_is_found() {
    let found = requested("send_message", |request| {
        drop(request.headers_mut().remove(AUTHORIZATION))
    });
    assert_eq!(found, in_request("headers/authorization", "is missing"));
    for value in ["Basic a2V5", "Digest key", "Bearer ", "Bearer", "key"] {
        let value = HeaderValue::from_static(value);
        let found = requested("send_message", |request| {
            drop(request.headers_mut().insert(AUTHORIZATION, value))
        });
        assert_eq!(
            found,
            in_request("headers/authorization", "is no bearer token")
        );
    }
}

#[test]
fn what_the_api_posts_is_judged_as_an_answer_is() {
    let event = EVENTS
        .iter()
        .find(|it| it.path == "message.status")
        .unwrap();
    let judged = exchange::operation(event.id);
    let judge = |change: &dyn Fn(&mut Value, &mut HeaderMap)| {
        let (_, example) = event.request_examples()[0];
        let mut body = example.clone();
        let mut delivery = exchange::request(event, &Value::Null);
        delivery
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        change(&mut body, delivery.headers_mut());
        *delivery.body_mut() = body.to_string().into_bytes();
        let findings = Contract::embedded().judge_delivery(judged, &delivery);
        let findings = findings.iter();
        findings
            .map(|it| (it.severity, it.pointer.clone()))
            .collect::<Vec<_>>()
    };
    let at = |severity, pointer: &str| vec![(severity, pointer.to_owned())];
    assert_eq!(judge(&|_, _| ()), []);
    let found = judge(&|body, _| drop(body["data"].as_object_mut().unwrap().remove("messageId")));
    assert_eq!(
        found,
        at(Severity::Breaking, "/request/body/data/messageId")
    );
    let found = judge(&|body, _| body["data"]["more"] = json!(1));
    assert_eq!(found, at(Severity::Additive, "/request/body/data/more"));
    let found = judge(&|body, _| body["more"] = json!(1));
    assert_eq!(found, at(Severity::Additive, "/request/body/more"));
    let found = judge(&|_, headers| drop(headers.remove("x-watsi-signature")));
    assert_eq!(
        found,
        at(Severity::Breaking, "/request/headers/x-watsi-signature")
    );
}

#[test]
fn a_finding_shows_no_text_and_no_number_that_someone_wrote() {
    let operation = exchange::operation("list_conversations");
    for secret in [
        "+5491155551234",
        "5491155551234",
        "a text with words",
        "x5491155551234",
    ] {
        let item = json!({"id": [secret], "customer": secret, "status": secret, "last_message_at": secret});
        let response = exchange::response(200, &json!({"chats": [item], "hasMore": secret}));
        let findings = Contract::embedded().judge_response(operation, &response);
        assert_eq!(findings.len(), 5);
        assert!(!format!("{findings:?}").contains(secret), "{findings:?}");
    }
}

#[test]
fn a_path_leads_to_its_operation() {
    let contract = &*FIRST_CONTRACT;
    let id = |method: Method, path: &str| match contract.route(&method, path) {
        Route::Operation(operation) => operation.id().to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(id(Method::GET, "/conversations"), "list_conversations");
    assert_eq!(id(Method::PUT, "/conversations"), "NoMethod");
    assert_eq!(id(Method::GET, "/conversations/"), "NoPath");
    assert_eq!(id(Method::GET, "/conversations/1"), "NoPath");
    assert_eq!(id(Method::GET, "/conversations1"), "NoPath");
    assert_eq!(id(Method::GET, "conversations"), "NoPath");
    assert_eq!(id(Method::GET, ""), "NoPath");
    assert_eq!(contract.methods("/messages"), [Method::POST]);
}

/// The contract with one more operation, whose path and parameters have what no documented one has.
fn edited() -> Contract {
    let mut contract = CONTRACT.clone();
    let text = json!({"type": "string"});
    let parameter = |name: &str, place: &str, schema: Value| {
        json!({
            "name": name, "in": place, "required": true, "description": "A parameter.",
            "schema": schema, "example": "1",
        })
    };
    contract["paths"]["/edited/{id}"] = json!({
        "parameters": [parameter("id", "path", text.clone())],
        "get": {
            "operationId": "get_edited",
            "summary": "Get", "description": "Gets.", "tags": ["conversations"],
            "externalDocs": {"url": "https://docs.watsi.ai/quickstart"},
            "parameters": [
                parameter("deep", "query", json!({"type": "boolean"})),
                parameter("ratio", "query", json!({"type": "number", "maximum": 1, "exclusiveMaximum": true})),
                parameter("X-Trace", "header", text),
            ],
            "responses": {"204": {"description": "Nothing."}},
        },
    });
    Contract::parse(&contract.to_string()).unwrap()
}

#[test]
fn an_edited_contract_is_judged_by_what_it_says() {
    let contract = edited();
    let Route::Operation(operation) = contract.route(&Method::GET, "/edited/7") else {
        panic!("no operation");
    };
    let judge = |uri: &str, trace: bool| {
        let mut request = Request::get(uri).header(AUTHORIZATION, "Bearer key");
        if trace {
            request = request.header("x-trace", "1");
        }
        let findings = contract.judge_request(operation, &request.body("").unwrap());
        let findings = findings.into_iter().map(|it| (it.pointer, it.sentence));
        findings.collect::<Vec<_>>()
    };
    let one =
        |place: &str, sentence: &str| vec![(format!("/request/{place}"), sentence.to_owned())];
    assert_eq!(judge("/?deep=true&ratio=0.5", true), []);
    assert_eq!(
        judge("/?deep=1&ratio=0.5", true),
        one("query/deep", "is a string, and not a boolean")
    );
    assert_eq!(
        judge("/?deep=true&ratio=1", true),
        one("query/ratio", "is not less than 1")
    );
    assert_eq!(judge("/?ratio=0", true), one("query/deep", "is missing"));
    assert_eq!(
        judge("/?deep=true&ratio=0", false),
        one("headers/x-trace", "is missing")
    );
    let nothing = Response::builder().status(204).body("").unwrap();
    assert_eq!(contract.judge_response(operation, &nothing), []);
    let something = exchange::response(204, &json!({}));
    let found = shown(&contract.judge_response(operation, &something));
    assert_eq!(found, breaking("body", "is not documented"));
}

#[test]
fn a_text_that_is_no_contract_is_an_error_with_its_places() {
    let error = Contract::parse("openapi: [").unwrap_err();
    assert!(error.to_string().contains("line 1"), "{error}");
    let error = Contract::parse("openapi: 3.1.0").unwrap_err();
    let unsupported = |reason: &String| {
        reason.starts_with("openapi.yaml#: ") && reason.ends_with("[openapi-version-unsupported]")
    };
    assert!(error.reasons().iter().any(unsupported), "{error}");
    let mut contract = CONTRACT.clone();
    contract["components"]["schemas"]["UserId"]["pattern"] = json!("(");
    let error = Contract::parse(&contract.to_string()).unwrap_err();
    let [reason] = error.reasons() else {
        panic!("{error}")
    };
    assert!(
        reason.starts_with("/components/schemas/UserId/pattern: "),
        "{reason}"
    );
}

#[test]
fn coverage_is_whole_after_every_example() {
    let contract = Contract::embedded();
    let mut coverage = Coverage::new(contract);
    assert_eq!(
        (
            coverage.operations().shown,
            coverage.statuses().shown,
            coverage.properties().shown
        ),
        (0, 0, 0)
    );
    for answer in OPERATIONS.iter().flat_map(|operation| operation.answers()) {
        let operation = contract.operation(answer.operation.id).unwrap();
        let examples = answer.operation.request_examples();
        let body = examples.first().map_or(&Value::Null, |it| it.1);
        let request = exchange::request(answer.operation, body);
        let response = exchange::response(answer.status(), answer.body);
        let mut findings = coverage.judge(operation, &request, &response);
        // The examples are not answers to the example of the query.
        findings.retain(|it| !it.pointer.starts_with("/response/body/chats"));
        assert_eq!(findings, []);
    }
    let operations: Vec<_> = OPERATIONS.iter().map(|it| it.id).collect();
    assert_eq!(coverage.operations().shown, operations.len());
    assert_eq!(coverage.statuses().missing, Vec::<String>::new());
    let properties = coverage.properties();
    assert_eq!(properties.missing, Vec::<String>::new());
    assert!(properties.shown > operations.len());
}

#[test]
fn coverage_names_what_was_not_shown() {
    let contract = &*FIRST_CONTRACT;
    let mut coverage = Coverage::new(contract);
    let operation = contract.operation("list_conversations").unwrap();
    let mut answers = OPERATIONS[0].answers().into_iter();
    let answer = answers.find(|it| it.example == "quickstart").unwrap();
    let request = exchange::request(&OPERATIONS[0], &Value::Null);
    let _ = coverage.judge(operation, &request, &exchange::response(200, answer.body));
    assert_eq!(
        coverage.operations().missing,
        ["send_message", "create_webhook"]
    );
    assert_eq!(coverage.statuses().shown, 1);
    let missing = coverage.properties().missing;
    assert!(
        missing.contains(&"Conversation.details".to_owned()),
        "{missing:?}"
    );
    assert!(
        !missing.contains(&"Conversation.status".to_owned()),
        "{missing:?}"
    );
}

#[test]
fn coverage_of_a_component_that_leads_to_itself_ends() {
    let mut contract = CONTRACT.clone();
    let schemas = &mut contract["components"]["schemas"];
    let items = json!({"$ref": "#/components/schemas/Tree"});
    schemas["Tree"] = json!({"type": "array", "description": "d", "items": items});
    let values = json!({"$ref": "#/components/schemas/Customer"});
    schemas["Named"] =
        json!({"type": "object", "description": "d", "additionalProperties": values});
    for name in ["Tree", "Named"] {
        let property = json!({"$ref": format!("#/components/schemas/{name}")});
        schemas["ConversationPage"]["properties"][name.to_lowercase()] = property;
    }
    schemas["Conversation"]["properties"]["customer"] =
        json!({"type": "string", "description": "d"});
    let contract = Contract::parse(&contract.to_string()).unwrap();
    let share = Coverage::new(&contract).properties();
    assert!(share.missing.contains(&"ConversationPage.tree".to_owned()));
    // Below the values of a map too.
    assert!(share.missing.contains(&"Customer.name".to_owned()));
    assert_eq!(share.total(), share.missing.len());
    assert_eq!(share.shown, 0);
}

#[test]
fn a_name_that_stands_twice_is_breaking() {
    let body = r#"{"chats": 7, "chats": [{"id": "a", "id": "b", "customer": {}, "status": "open", "last_message_at": null}], "hasMore": false}"#;
    let mut response = exchange::response(200, &Value::Null);
    *response.body_mut() = body.into();
    let operation = exchange::operation("list_conversations");
    let found = shown(&Contract::embedded().judge_response(operation, &response));
    let twice = |place: &str| breaking(place, "stands twice").remove(0);
    assert_eq!(found, [twice("body/chats"), twice("body/chats/0/id")]);
}

#[test]
fn a_second_content_type_is_breaking() {
    for found in answers(|response| {
        let html = HeaderValue::from_static("text/html");
        response.headers_mut().append(CONTENT_TYPE, html);
    }) {
        assert_eq!(
            found,
            breaking("headers/content-type", "is not application/json")
        );
    }
}

#[test]
fn a_name_that_may_be_a_phone_number_is_not_shown() {
    let found = listed("%2B5491155551234=1", |page| {
        page["5491155551234"] = json!(1)
    });
    let pointers: Vec<_> = found
        .iter()
        .map(|(_, pointer, _)| pointer.as_str())
        .collect();
    let hidden = "(a name with digits)";
    assert_eq!(
        pointers,
        [
            format!("/request/query/{hidden}"),
            format!("/response/body/{hidden}")
        ]
    );
}
