//! Servers that respond as a test says.

use serde_json::Value;
use watsi::reqwest::{Client, Error};
use watsi_sandbox::Sandbox;
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Returns a response with a JSON body.
pub fn json(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// Responds to requests for a path.
pub async fn serve(server: &MockServer, at: &str, response: ResponseTemplate) {
    let mock = Mock::given(path(at)).respond_with(response);
    mock.mount(server).await;
}

/// Starts a server that responds to every request.
pub async fn serving(response: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(response)
        .mount(&server)
        .await;
    server
}

/// Passes requests on to a URL.
struct PassOn(String);

impl Respond for PassOn {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = &request.url[url::Position::BeforePath..];
        let passed = Client::new().request(request.method.clone(), format!("{}{path}", self.0));
        let passed = passed
            .headers(request.headers.clone())
            .body(request.body.clone());
        let received = async {
            let response = passed.send().await?;
            let mut template = ResponseTemplate::new(response.status());
            for (name, value) in response.headers() {
                template = template.insert_header(name, value);
            }
            Ok::<_, Error>(template.set_body_bytes(response.bytes().await?))
        };
        // This is not async, but runs on a runtime.
        let blocking = move || tokio::runtime::Runtime::new().unwrap().block_on(received);
        std::thread::spawn(blocking).join().unwrap().unwrap()
    }
}

/// Starts a server that passes on to the sandbox what no other mock matches.
pub async fn over(sandbox: &Sandbox) -> MockServer {
    let server = MockServer::start().await;
    let pass_on = Mock::given(any()).respond_with(PassOn(sandbox.uri()));
    pass_on.with_priority(u8::MAX).mount(&server).await;
    server
}
