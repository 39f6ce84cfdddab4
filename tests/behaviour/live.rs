//! A server that breaks the contract in one way is found out, and one that keeps to it is not.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use serde_json::{Value, json};
use watsi::ConfigError;
use watsi::conformance::{Contract, Live, LiveError, Severity};
use watsi::sandbox::Sandbox;

use crate::sandbox::HTTP;
use crate::server::{Act, Server, http};

/// What was asked, and what the sandbox answers.
struct Exchange {
    query: HashMap<String, String>,
    key: Option<String>,
    status: u16,
    headers: HeaderMap,
    body: Value,
    /// The body, where it is not that JSON.
    raw: Option<Vec<u8>>,
}

type Break = fn(&mut Exchange);

/// Severity, pointer and sentence.
type Expected = (Severity, String, &'static str);

struct Broken {
    sandbox: Sandbox,
    break_it: Break,
}

impl Broken {
    /// A server before a sandbox with 40 conversations, all of whose answers are changed.
    async fn start(break_it: Break) -> String {
        let sandbox = Sandbox::start().await;
        sandbox.seed(40);
        let broken = Arc::new(Broken { sandbox, break_it });
        let router = Router::new().fallback(pass_on).with_state(broken);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }
}

async fn pass_on(State(broken): State<Arc<Broken>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let url = format!("{}{}", broken.sandbox.uri(), parts.uri);
    let passed = HTTP.request(parts.method, url).body(body);
    let answer = passed.headers(parts.headers.clone()).send().await.unwrap();
    let query = parts.uri.query().unwrap_or_default();
    let key = parts
        .headers
        .get("authorization")
        .map(|it| it.to_str().unwrap().to_owned());
    let mut exchange = Exchange {
        query: url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        key,
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.json().await.unwrap(),
        raw: None,
    };
    (broken.break_it)(&mut exchange);
    exchange.headers.remove("content-length");
    let body = exchange
        .raw
        .unwrap_or_else(|| exchange.body.to_string().into_bytes());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(exchange.status).unwrap();
    *response.headers_mut() = exchange.headers;
    response
}

fn live_on(sandbox: &Sandbox) -> Live<'static> {
    Live::new(Contract::embedded(), &sandbox.uri(), sandbox.api_key()).unwrap()
}

/// The findings of every check, each as severity, pointer and sentence, without repetitions.
async fn findings(break_it: Break) -> Vec<(Severity, String, String)> {
    let url = Broken::start(break_it).await;
    let mut live = Live::new(Contract::embedded(), &url, "sandbox-key").unwrap();
    let mut all = Vec::new();
    let done = live.run(|check| {
        assert_eq!(check.skipped, None, "{}", check.name);
        for finding in check.findings {
            let place = Contract::embedded()
                .json()
                .pointer(&finding.contract_pointer);
            assert!(place.is_some(), "{finding}");
            let indices = finding
                .pointer
                .split('/')
                .map(|key| match key.parse::<usize>() {
                    Ok(_) => "*",
                    Err(_) => key,
                });
            let pointer = indices.collect::<Vec<_>>().join("/");
            let found = (finding.severity, pointer, finding.sentence);
            if !all.contains(&found) {
                all.push(found);
            }
        }
    });
    done.await.unwrap();
    all
}

fn items(exchange: &mut Exchange) -> &mut Vec<Value> {
    exchange.body["chats"].as_array_mut().unwrap()
}

fn listed(exchange: &Exchange) -> bool {
    exchange.status == 200
}

#[tokio::test]
async fn a_server_that_keeps_to_the_contract_has_no_finding() {
    assert_eq!(findings(|_| ()).await, []);
}

/// Each break alone: its findings, and nothing else.
#[tokio::test]
async fn each_break_of_a_list_is_found_and_named() {
    use Severity::{Additive, Breaking};
    let unlisted = "`snoozed` is not a listed value";
    let page = "/response/body/chats";
    let cases: Vec<(&str, Break, Vec<Expected>)> = vec![
        (
            "a filter that is ignored",
            |it| {
                if listed(it) && it.query.contains_key("status") {
                    items(it)
                        .iter_mut()
                        .for_each(|item| item["status"] = json!("active"));
                }
            },
            vec![(
                Breaking,
                format!("{page}/*/status"),
                "is not what the filter asks for",
            )],
        ),
        (
            "a limit that is ignored",
            |it| {
                if listed(it) && it.query.get("limit").is_some_and(|limit| limit == "10") {
                    let mut more = items(it)[9].clone();
                    more["id"] = json!("another");
                    items(it).push(more);
                }
            },
            vec![
                (
                    Breaking,
                    page.to_owned(),
                    "holds 11 items, more than the limit",
                ),
                (
                    Breaking,
                    page.to_owned(),
                    "is not what follows in the whole list",
                ),
            ],
        ),
        (
            "an item that a page boundary swallows",
            |it| {
                if listed(it)
                    && it.query.get("limit").is_some_and(|limit| limit == "10")
                    && it.query.contains_key("before")
                {
                    items(it).remove(0);
                }
            },
            vec![(
                Breaking,
                page.to_owned(),
                "is not what follows in the whole list",
            )],
        ),
        (
            "a list that ends too early",
            |it| {
                if listed(it) && it.query.get("limit").is_some_and(|limit| limit == "10") {
                    it.body["hasMore"] = json!(false);
                }
            },
            vec![(
                Breaking,
                "/response/body/hasMore".to_owned(),
                "says that none follow, and some do",
            )],
        ),
        (
            "an unlisted value",
            |it| {
                if listed(it) && !it.query.contains_key("status") {
                    items(it)[1]["status"] = json!("snoozed");
                }
            },
            vec![(Additive, format!("{page}/*/status"), unlisted)],
        ),
        (
            "an undocumented property",
            |it| it.body["next"] = json!("cursor"),
            vec![(
                Additive,
                "/response/body/next".to_owned(),
                "is not documented",
            )],
        ),
        (
            "another content type",
            |it| {
                drop(
                    it.headers
                        .insert("content-type", HeaderValue::from_static("text/json")),
                )
            },
            vec![(
                Breaking,
                "/response/headers/content-type".to_owned(),
                "is not application/json",
            )],
        ),
        (
            "an HTML page instead of an envelope",
            |it| {
                if it.status == 401 {
                    it.raw = Some(b"<html>".to_vec());
                }
            },
            vec![(
                Breaking,
                "/response/body".to_owned(),
                "is no JSON (line 1, column 1)",
            )],
        ),
        (
            "an envelope of another shape",
            |it| {
                if it.status == 401 {
                    it.body = json!({"error": "Unauthorized"});
                }
            },
            vec![(
                Breaking,
                "/response/body/error".to_owned(),
                "is a string, and not an object",
            )],
        ),
        (
            "another documented status for a missing key",
            |it| {
                if it.key.is_none() {
                    it.status = 403;
                    it.body["error"]["code"] = json!("FORBIDDEN");
                }
            },
            vec![(
                Breaking,
                "/response/status".to_owned(),
                "403 answers what must be refused with 401",
            )],
        ),
        (
            "no answer without the envelope's code",
            |it| {
                if it.status == 400 {
                    it.body["error"].as_object_mut().unwrap().remove("code");
                }
            },
            vec![(
                Breaking,
                "/response/body/error/code".to_owned(),
                "is missing",
            )],
        ),
        (
            "a status that is not documented",
            |it| {
                if it.status == 400 {
                    it.status = 422;
                }
            },
            vec![(
                Breaking,
                "/response/status".to_owned(),
                "422 is not documented",
            )],
        ),
        (
            "a parameter that is not checked",
            |it| {
                if it.status == 400 {
                    it.status = 200;
                    it.body = json!({"chats": [], "hasMore": false});
                }
            },
            vec![(
                Breaking,
                "/response/status".to_owned(),
                "200 answers what must be refused with 400",
            )],
        ),
    ];
    for (name, break_it, expected) in cases {
        let found = findings(break_it).await;
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(severity, pointer, sentence)| (severity, pointer, sentence.to_owned()))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[tokio::test]
async fn a_list_that_never_ends_is_found() {
    let lies: [Break; 3] = [
        |it| {
            if listed(it) {
                it.body["hasMore"] = json!(true);
            }
        },
        |it| {
            if listed(it) {
                it.body["hasMore"] = json!(!items(it).is_empty());
            }
        },
        |it| {
            if listed(it) {
                let limit = it
                    .query
                    .get("limit")
                    .map_or(20, |limit| limit.parse().unwrap());
                it.body["hasMore"] = json!(items(it).len() == limit);
            }
        },
    ];
    for lie in lies {
        let found = findings(lie).await;
        assert!(!found.is_empty());
        for (severity, pointer, sentence) in found {
            assert_eq!(
                (severity, pointer.as_str()),
                (Severity::Breaking, "/response/body/hasMore")
            );
            assert!(sentence.starts_with("says that more follow"), "{sentence}");
        }
    }
}

#[tokio::test]
async fn a_swallowed_item_is_found_beside_items_of_one_timestamp() {
    let found = findings(|it| {
        if listed(it) {
            let paged = it.query.get("limit").is_some_and(|limit| limit == "10");
            if paged && it.query.contains_key("before") {
                items(it).remove(0);
            }
            // The last two of the list share one.
            let at = |items: &[Value]| {
                items
                    .iter()
                    .position(|item| item["customer"]["name"] == "Customer 39")
            };
            if let Some(index) = at(items(it)).filter(|index| items(it).len() > index + 1) {
                items(it)[index + 1]["last_message_at"] =
                    items(it)[index]["last_message_at"].clone();
            }
        }
    })
    .await;
    let sentence = "is not what follows in the whole list".to_owned();
    assert_eq!(
        found,
        [(
            Severity::Breaking,
            "/response/body/chats".to_owned(),
            sentence
        )]
    );
}

#[tokio::test]
async fn a_filter_that_leaves_out_what_it_asks_for_is_found() {
    let found = findings(|it| {
        if listed(it) && it.query.len() == 1 && it.query.contains_key("status") {
            items(it).remove(1);
        }
    })
    .await;
    let sentence = "leaves out items that `status` asks for".to_owned();
    assert_eq!(
        found,
        [(
            Severity::Breaking,
            "/response/body/chats".to_owned(),
            sentence
        )]
    );
}

#[tokio::test]
async fn a_refusal_after_the_key_was_accepted_is_a_finding() {
    let found = findings(|it| {
        if it.query.contains_key("status") {
            it.status = 403;
            it.body = json!({"error": {"code": "FORBIDDEN", "message": "no"}});
        }
    })
    .await;
    let sentence = "403 answers a request that conforms".to_owned();
    assert_eq!(
        found,
        [(Severity::Breaking, "/response/status".to_owned(), sentence)]
    );
}

#[tokio::test]
async fn an_answer_that_asks_to_wait_is_judged() {
    let sandbox = Sandbox::start().await;
    let page = wiremock::ResponseTemplate::new(429).insert_header("retry-after", "0");
    let page = page.set_body_raw("<html>", "text/html");
    let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(page);
    mock.up_to_n_times(1).mount(sandbox.server()).await;
    let mut live = live_on(&sandbox);
    let mut found = Vec::new();
    live.run(|check| found.extend(check.findings))
        .await
        .unwrap();
    let [finding] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(finding.pointer, "/response/headers/content-type");
}

#[tokio::test]
async fn what_the_check_had_found_that_an_error_ends_is_handed_over() {
    let sandbox = Sandbox::start().await;
    let busy = wiremock::ResponseTemplate::new(503).set_body_raw("<html>", "text/html");
    let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(busy);
    mock.mount(sandbox.server()).await;
    let mut found = Vec::new();
    let ended = live_on(&sandbox)
        .run(|check| found.extend(check.findings))
        .await;
    assert!(matches!(ended, Err(LiveError::Busy(_))), "{ended:?}");
    assert_eq!(found[0].pointer, "/response/headers/content-type");
}

#[tokio::test]
async fn a_message_is_not_repeated_where_it_may_have_been_sent() {
    for (status, requests) in [(503, 1), (429, 2)] {
        let sandbox = Sandbox::start().await;
        let id = sandbox.customer_writes("+5491155551234", "Hi");
        let busy = wiremock::ResponseTemplate::new(status).insert_header("retry-after", "0");
        let mock = wiremock::Mock::given(wiremock::matchers::method("POST")).respond_with(busy);
        mock.up_to_n_times(1).mount(sandbox.server()).await;
        let _ = live_on(&sandbox).send_to(id).run(|_| ()).await;
        let asked = sandbox.requests().await;
        let posts = asked.iter().filter(|it| it.method == "POST");
        assert_eq!(posts.count(), requests, "{status}");
    }
}

#[tokio::test]
async fn a_contract_whose_message_is_no_object_is_not_sent() {
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
async fn a_cursor_that_is_inclusive_is_found() {
    let found = findings(|it| {
        if listed(it)
            && let Some(before) = it.query.get("before")
        {
            let at = json!(before.clone());
            items(it)[0]["last_message_at"] = at;
        }
    })
    .await;
    let place = "/response/body/chats/*/last_message_at";
    let expected = (
        Severity::Breaking,
        place.to_owned(),
        "is not from before `before`".to_owned(),
    );
    assert!(found.contains(&expected), "{found:?}");
}

#[tokio::test]
async fn a_failure_of_the_server_is_a_finding_where_it_must_succeed() {
    let found = findings(|it| {
        if it.query.contains_key("assigned_user_id") {
            it.status = 500;
            it.body = json!({"error": {"code": "INTERNAL_ERROR", "message": "no"}});
        }
    })
    .await;
    let sentence = "500 answers a request that conforms".to_owned();
    assert_eq!(
        found,
        [(Severity::Breaking, "/response/status".to_owned(), sentence)]
    );
}

#[tokio::test]
async fn a_key_that_is_not_accepted_ends_the_checks() {
    let sandbox = Sandbox::start().await;
    let mut live = Live::new(Contract::embedded(), &sandbox.uri(), "another").unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(
        matches!(error, LiveError::Refused(status) if status == 401),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_ends_the_checks() {
    let mut live = Live::new(Contract::embedded(), "http://127.0.0.1:1", "key").unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("GET /conversations: no connection was made"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_waited_for() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(5);
    sandbox.fail_next([429, 503]).unwrap();
    let mut live = live_on(&sandbox);
    live.run(|check| assert_eq!(check.findings, [], "{}", check.name))
        .await
        .unwrap();
    sandbox.fail_next([503; 3]).unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(
        matches!(error, LiveError::Busy(status) if status == 503),
        "{error}"
    );
}

#[tokio::test]
async fn a_list_that_is_too_short_for_three_pages_is_skipped() {
    let sandbox = Sandbox::start().await;
    sandbox.seed(2);
    let mut live = live_on(&sandbox);
    let mut skipped = Vec::new();
    live.run(|check| skipped.extend(check.skipped))
        .await
        .unwrap();
    assert_eq!(skipped, ["the list has 2 items; three pages need 3"]);
}

#[tokio::test]
async fn nothing_is_sent_unless_a_conversation_is_named() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.customer_writes("+5491155551234", "Hi");
    let mut live = live_on(&sandbox);
    live.run(|_| ()).await.unwrap();
    let requests = sandbox.requests().await;
    assert!(requests.iter().all(|it| it.method == "GET"));
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
async fn a_message_that_comes_back_as_another_is_found() {
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
    assert_eq!(finding.sentence, "is not what was sent");
}

#[test]
fn a_server_that_the_client_would_refuse_is_rejected() {
    let new = |url: &str, key: &str| Live::new(Contract::embedded(), url, key).unwrap_err();
    assert_eq!(
        new("http://example.com", "key"),
        ConfigError::InsecureBaseUrl
    );
    assert_eq!(new("https://example.com", ""), ConfigError::EmptyApiKey);
    assert!(matches!(
        new("no url", "key"),
        ConfigError::InvalidBaseUrl(_)
    ));
}

#[tokio::test]
async fn a_base_url_without_the_contracts_paths_ends_the_checks() {
    let sandbox = Sandbox::start().await;
    let url = format!("{}/api/v2", sandbox.uri());
    let mut live = Live::new(Contract::embedded(), &url, sandbox.api_key()).unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    let expected = "GET /api/v2/conversations: the server answered 404: is the base URL right?";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_message_that_the_server_may_refuse_is_no_finding() {
    let sandbox = Sandbox::start().await;
    let live = live_on(&sandbox);
    let mut live = live.send_to("chat_123".into());
    let mut last = None;
    live.run(|check| last = Some(check)).await.unwrap();
    let check = last.unwrap();
    assert_eq!(check.findings, []);
    assert_eq!(check.skipped.unwrap(), "the message was answered with 404");
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_is_not_judged_by_its_pages() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let url = Broken::start(|it| {
        let limit = it.query.get("limit").map(String::as_str);
        if limit == Some("100") {
            items(it)[0]["details"] = json!({"asked": ASKED.fetch_add(1, Ordering::Relaxed)});
        } else if limit == Some("10") && it.query.contains_key("before") {
            items(it).remove(0);
        }
    })
    .await;
    let mut live = Live::new(Contract::embedded(), &url, "sandbox-key").unwrap();
    let mut skipped = Vec::new();
    let done = live.run(|check| {
        assert_eq!(check.findings, [], "{}", check.name);
        skipped.extend(check.skipped);
    });
    done.await.unwrap();
    assert_eq!(skipped, ["the list changed while it was read"]);
}

#[tokio::test]
async fn what_items_of_one_timestamp_at_the_end_may_hide_is_not_claimed() {
    let found = findings(|it| {
        let whole = it.query.get("limit").is_some_and(|limit| limit == "100");
        if whole && it.query.contains_key("before") {
            it.body = json!({"chats": [], "hasMore": false});
        } else if listed(it) {
            it.body["hasMore"] = json!(true);
            let last = items(it).len().saturating_sub(1);
            if whole {
                items(it)[last]["last_message_at"] = items(it)[last - 1]["last_message_at"].clone();
            }
        }
    })
    .await;
    assert_eq!(found, []);
}

#[tokio::test]
async fn an_answer_that_is_too_long_ends_the_checks() {
    let sandbox = Sandbox::start().await;
    let page = wiremock::ResponseTemplate::new(200).set_body_bytes(vec![b' '; 17 * 1024 * 1024]);
    let mock = wiremock::Mock::given(wiremock::matchers::any()).respond_with(page);
    mock.mount(sandbox.server()).await;
    let mut live = live_on(&sandbox);
    let error = live.run(|_| ()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /conversations: the answer is longer than 16 MiB"
    );
}

#[tokio::test]
async fn a_connection_that_ends_unused_is_made_again_once() {
    let page = r#"{"chats": [], "hasMore": false}"#;
    let page = http(200, &[("content-type", "application/json")], page);
    let server = Server::start([Act::Reset, Act::Answer(page)]).await;
    let mut live = Live::new(Contract::embedded(), &server.url, "key").unwrap();
    live.run(|_| ()).await.unwrap();
    let server = Server::start([Act::Reset]).await;
    let mut live = Live::new(Contract::embedded(), &server.url, "key").unwrap();
    let error = live.run(|_| ()).await.unwrap_err();
    assert!(matches!(error, LiveError::NoAnswer(..)), "{error}");
    assert_eq!(server.requests().len(), 2);
}
