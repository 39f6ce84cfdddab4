//! A server that responds as it is told, and records the requests.

use grown::{Client, RetryPolicy};
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub struct Server {
    server: MockServer,
    pub client: Client,
}

impl Server {
    /// Starts a server that responds with this status code and JSON.
    pub async fn json(status: u16, body: Value) -> Self {
        Server::responding(ResponseTemplate::new(status).set_body_json(body)).await
    }

    /// Starts a server that responds with this status code and no body.
    pub async fn empty(status: u16) -> Self {
        Server::responding(ResponseTemplate::new(status)).await
    }

    pub async fn responding(template: ResponseTemplate) -> Self {
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(template)
            .mount(&server)
            .await;
        let builder = Client::builder().api_key("test-key").base_url(server.uri());
        let client = builder.retry(RetryPolicy::never()).build().unwrap();
        Server { server, client }
    }

    /// The only request.
    pub async fn request(&self) -> Request {
        let mut requests = self.server.received_requests().await.unwrap();
        assert_eq!(requests.len(), 1);
        requests.remove(0)
    }

    /// The body of the only request, as JSON.
    pub async fn body(&self) -> Value {
        serde_json::from_slice(&self.request().await.body).unwrap()
    }

    /// The path and the query of the only request.
    pub async fn target(&self) -> String {
        let url = self.request().await.url;
        match url.query() {
            None | Some("") => url.path().to_owned(),
            Some(query) => format!("{}?{query}", url.path()),
        }
    }

    /// A header of the only request.
    pub async fn header(&self, name: &str) -> Option<String> {
        let request = self.request().await;
        let value = request.headers.get(name)?;
        Some(String::from_utf8(value.as_bytes().to_vec()).unwrap())
    }
}
