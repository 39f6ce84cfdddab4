//! A TCP server on loopback that plays a script of faults and records the requests.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use watsi::types::{ConversationPage, SendMessageRequest, SendMessageResponse};
use watsi::{Client, ClientBuilder, Error, Response, RetryPolicy};

pub const KEY: &str = "sk-very-secret-key";
pub const PHONE: &str = "+5491155551234";
pub const TEXT: &str = "the text of the message";

/// A response body of `list_conversations`.
pub const PAGE: &str = r#"{"chats":[],"hasMore":false}"#;
/// A response body of `send_message`.
pub const SENT: &str = r#"{"message":{"id":"msg_1","conversation_id":"chat_1","body":"x","direction":"outbound","status":"sent","created_at":"2025-03-15T10:35:00.000Z"}}"#;

/// What the server does with one connection.
#[derive(Clone)]
pub enum Act {
    /// Reads the request, writes this and closes.
    Respond(Vec<u8>),
    /// Reads the request, writes this and keeps the connection open until the client leaves.
    RespondAndStay(Vec<u8>),
    /// Reads requests and responds to each of them with this, on one connection.
    KeepAlive(Vec<u8>),
    /// Responds to the first request of a connection with this, reads the second one and closes the connection.
    DropWhenReused(Vec<u8>),
    /// Reads the request, writes this, and then the second part for as long as the client reads.
    RespondWithoutEnd(Vec<u8>, Vec<u8>),
    /// Resets the connection without reading.
    ResetUnread,
    /// Reads the request and resets the connection.
    Reset,
    /// Reads the request and closes the connection.
    Close,
}

/// A response that closes the connection.
pub fn http(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    kept(
        status,
        &[headers, &[("connection", "close")]].concat(),
        body,
    )
}

/// A response that keeps the connection open.
pub fn kept(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    format!("{head}\r\n{body}").into_bytes()
}

type Requests = Arc<watch::Sender<Vec<String>>>;

pub struct Server {
    pub url: String,
    /// The head and body of every complete request.
    requests: Requests,
    script: Arc<Mutex<VecDeque<Act>>>,
    connections: Arc<AtomicUsize>,
    /// How many connections the client has closed while the server waited for it.
    left: watch::Receiver<usize>,
}

impl Server {
    /// Each connection gets the next act; the last one is repeated.
    pub async fn start(script: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(watch::channel(Vec::new()).0);
        let (sender, left) = watch::channel(0);
        let script = Arc::new(Mutex::new(script.into_iter().collect()));
        let server = Server {
            url,
            requests,
            script,
            connections: Arc::default(),
            left,
        };
        let (log, script) = (Arc::clone(&server.requests), Arc::clone(&server.script));
        let connections = Arc::clone(&server.connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::Relaxed);
                let act = next(&script);
                let (log, sender) = (Arc::clone(&log), sender.clone());
                tokio::spawn(async move {
                    // A client that leaves early is part of the test.
                    let _ = play(stream, act, &log).await;
                    sender.send_modify(|left| *left += 1);
                });
            }
        });
        server
    }

    /// Replaces the script, and forgets the recorded requests.
    pub fn now(&self, act: Act) {
        *self.script.lock().unwrap() = VecDeque::from([act]);
        self.requests.send_modify(Vec::clear);
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.borrow().clone()
    }

    /// Returns how many connections the server has accepted.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Waits until that many requests were read.
    pub async fn requests_come(&self, count: usize) {
        let mut requests = self.requests.subscribe();
        requests
            .wait_for(|requests| requests.len() >= count)
            .await
            .unwrap();
    }

    /// Waits until that many connections have ended.
    pub async fn connections_end(&mut self, count: usize) {
        self.left.wait_for(|left| *left >= count).await.unwrap();
    }

    /// A client of this server with quick retries and a deadline of five seconds.
    pub fn builder(&self) -> ClientBuilder {
        builder(&self.url)
    }

    pub fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

pub fn builder(url: &str) -> ClientBuilder {
    Client::builder()
        .api_key(KEY)
        .base_url(url)
        .retry(quick())
        .timeout(Duration::from_secs(5))
}

/// The default policy without its waits.
pub fn quick() -> RetryPolicy {
    RetryPolicy::default().base(Duration::from_millis(1))
}

pub async fn list(client: &Client) -> Result<Response<ConversationPage>, Error> {
    in_time(client.list_conversations().send()).await
}

pub async fn send(client: &Client) -> Result<Response<SendMessageResponse>, Error> {
    let request = SendMessageRequest::new(PHONE, TEXT);
    in_time(client.send_message(request).send()).await
}

/// Fails if a call hangs. Its own deadline is at most 30 seconds.
pub async fn in_time<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), call)
        .await
        .expect("the call hangs")
}

fn next(script: &Mutex<VecDeque<Act>>) -> Act {
    let mut script = script.lock().unwrap();
    let last = if script.len() > 1 {
        None
    } else {
        script.front().cloned()
    };
    last.or_else(|| script.pop_front()).expect("a script")
}

async fn play(mut stream: TcpStream, act: Act, log: &Requests) -> std::io::Result<()> {
    if matches!(act, Act::ResetUnread) {
        stream.set_zero_linger()?;
        return Ok(());
    }
    loop {
        let Some(request) = read_request(&mut stream).await? else {
            return Ok(());
        };
        log.send_modify(|requests| requests.push(request));
        match &act {
            Act::KeepAlive(response) => stream.write_all(response).await?,
            Act::DropWhenReused(response) => {
                stream.write_all(response).await?;
                if let Some(request) = read_request(&mut stream).await? {
                    log.send_modify(|requests| requests.push(request));
                }
                return Ok(());
            }
            Act::Respond(response) => {
                stream.write_all(response).await?;
                return stream.shutdown().await;
            }
            Act::RespondAndStay(response) => {
                stream.write_all(response).await?;
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).await?;
                return Ok(());
            }
            Act::RespondWithoutEnd(head, part) => {
                stream.write_all(head).await?;
                loop {
                    stream.write_all(part).await?;
                }
            }
            Act::Close => return Ok(()),
            Act::Reset | Act::ResetUnread => {
                stream.set_zero_linger()?;
                return Ok(());
            }
        }
    }
}

/// Reads the next complete request; `None` if the client closed the connection.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lengths = head
                .lines()
                .filter_map(|line| line.strip_prefix("content-length: "));
            let length = lengths
                .map(|text| text.parse::<usize>().unwrap())
                .next()
                .unwrap_or(0);
            if body.len() >= length {
                return Ok(Some(text.into_owned()));
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await? {
            0 => return Ok(None),
            count => received.extend_from_slice(&buffer[..count]),
        }
    }
}
