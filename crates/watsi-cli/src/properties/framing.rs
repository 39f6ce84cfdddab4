//! Whatever bytes a program or the target sends, `watsi record` forwards whole messages with one framing, and ends.
//!
//! The first byte of an input says who sends the rest: the program, or the target in response to `GET` or `HEAD`.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use watsi::reqwest::Url;

use crate::args::{Format, Logged};
use crate::log::Log;
use crate::record::Hosts;
use crate::record::file::HarFile;
use crate::record::proxy::Proxy;
use crate::record::recorder::Recorder;
use crate::record::redact::Redactor;
use crate::screen::Screen;
use crate::serve::serve;
use crate::settings::embedded;

/// The time in which an exchange ends.
const DEADLINE: Duration = Duration::from_secs(5);

/// The number of inputs whose exchanges are recorded.
const MOST_RECORDED: usize = 20_000;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";

struct Fixture {
    runtime: Runtime,
    proxy: SocketAddr,
    recorder: Arc<Recorder>,
    /// The number of inputs so far.
    inputs: AtomicUsize,
    /// What the target responds.
    response: Arc<Mutex<Vec<u8>>>,
}

static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("there are threads");
    let response = Arc::new(Mutex::new(Vec::new()));
    let Running { proxy, recorder } = runtime.block_on(start(Arc::clone(&response)));
    Fixture {
        runtime,
        proxy,
        recorder,
        inputs: AtomicUsize::new(0),
        response,
    }
});

/// A proxy that is running.
struct Running {
    proxy: SocketAddr,
    recorder: Arc<Recorder>,
}

async fn start(response: Arc<Mutex<Vec<u8>>>) -> Running {
    let target = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = target.local_addr().expect("it has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = target.accept().await {
            tokio::spawn(respond(stream, Arc::clone(&response)));
        }
    });
    let url = Url::parse(&format!("http://{address}/")).expect("it is valid");
    let redactor =
        Redactor::new(embedded(), &url, Screen::new(embedded()), &[]).expect("nothing is kept");
    // The file has no name any more once the directory is dropped.
    let directory = tempfile::tempdir().expect("a directory can be created");
    let file =
        HarFile::create(&directory.path().join("traffic.har"), false).expect("it can be written");
    let (validator, mut exchanges) = mpsc::channel(64);
    tokio::spawn(async move { while exchanges.recv().await.is_some() {} });
    let recorder = Arc::new(Recorder::new(file, redactor, validator));
    let logged = Logged {
        quiet: true,
        log: Format::Human,
    };
    let (log, _) = Log::start(logged);
    let hosts = Hosts {
        allowed: Vec::new(),
        address: Ipv4Addr::LOCALHOST.into(),
    };
    let proxy = Proxy::new(embedded(), url, hosts, Arc::clone(&recorder), log)
        .unwrap_or_else(|failure| panic!("{failure}"));
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(serve(listener, proxy.router()));
    Running {
        proxy: address,
        recorder,
    }
}

/// Reads a request, and responds to it.
async fn respond(mut stream: TcpStream, response: Arc<Mutex<Vec<u8>>>) {
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut bytes = [0; 4096];
        match stream.read(&mut bytes).await {
            Ok(length @ 1..) => request.extend_from_slice(&bytes[..length]),
            _ => break,
        }
    }
    if !request.is_empty() {
        assert_framed(&request, false);
    }
    let response = response.lock().expect("no panic").clone();
    let _ = stream.write_all(&response).await;
    let _ = stream.shutdown().await;
}

/// The head of a message: its first line, and the body length that it announces.
struct Head {
    first: String,
    size: usize,
    length: Option<usize>,
    is_chunked: bool,
}

/// Reads the head of a message, and asserts that it has at most one framing.
fn head(message: &[u8]) -> Option<Head> {
    let size = message.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&message[..size]).to_ascii_lowercase();
    let value = |name: &str| {
        let mut values = text
            .split("\r\n")
            .filter_map(|line| line.strip_prefix(name));
        let value = values.next().map(str::trim).map(str::to_owned);
        assert!(values.next().is_none(), "several framings: {text}");
        value
    };
    let length = value("content-length:").map(|length| length.parse().expect("a length"));
    let coding = value("transfer-encoding:");
    assert!(length.is_none() || coding.is_none(), "two framings: {text}");
    assert!(
        coding.as_deref().is_none_or(|coding| coding == "chunked"),
        "{text}"
    );
    Some(Head {
        first: text.lines().next().unwrap_or_default().to_owned(),
        size,
        length,
        is_chunked: coding.is_some(),
    })
}

fn is_whole(request: &[u8]) -> bool {
    head(request).is_some_and(|head| {
        if head.is_chunked {
            request.ends_with(b"0\r\n\r\n")
        } else {
            request.len() >= head.size + head.length.unwrap_or(0)
        }
    })
}

/// Asserts that bytes are whole messages, one after the other.
fn assert_framed(mut bytes: &[u8], answers_head: bool) {
    while !bytes.is_empty() {
        let shown = String::from_utf8_lossy(bytes);
        let head = head(bytes).unwrap_or_else(|| panic!("half a head: {shown}"));
        let status = head.first.strip_prefix("http/1.1 ").map(|rest| &rest[..3]);
        let has_body = !answers_head && !matches!(status, Some("204" | "304"));
        let rest = &bytes[head.size..];
        bytes = match head.length {
            _ if status.is_some_and(|status| status.starts_with('1')) || !has_body => rest,
            Some(length) => rest
                .get(length..)
                .unwrap_or_else(|| panic!("half a body: {shown}")),
            None if head.is_chunked => {
                assert!(rest.ends_with(b"0\r\n\r\n"), "half a body: {shown}");
                return;
            }
            None => rest,
        };
    }
}

/// Checks the property for an input.
///
/// # Panics
///
/// Panics if the property does not hold.
pub fn framing(input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else {
        return;
    };
    let fixture = &*FIXTURE;
    let method = ["", "GET", "HEAD"][usize::from(first % 3)];
    let (request, response) = if method.is_empty() {
        (bytes.to_vec(), OK.as_bytes().to_vec())
    } else {
        let request =
            format!("{method} /x HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
        (request.into_bytes(), bytes.to_vec())
    };
    *fixture.response.lock().expect("no panic") = response;
    // The rest is not recorded, so that the file stays small.
    if fixture.inputs.fetch_add(1, Ordering::Relaxed) == MOST_RECORDED {
        fixture.recorder.finish().expect("it can be written");
    }
    let exchange = async {
        let mut stream = TcpStream::connect(fixture.proxy)
            .await
            .expect("the proxy listens");
        let _ = stream.write_all(&request).await;
        // A request ends here even if it announces more.
        if method.is_empty() {
            let _ = stream.shutdown().await;
        }
        let mut received = Vec::new();
        // A connection with an invalid request may be reset.
        let _ = stream.read_to_end(&mut received).await;
        received
    };
    let received = fixture.runtime.block_on(async {
        let ended = tokio::time::timeout(DEADLINE, exchange).await;
        ended.expect("the exchange ends")
    });
    if method.is_empty() {
        // A response to a HEAD request announces a body that it does not have.
        if !request.windows(4).any(|bytes| bytes == b"HEAD") {
            assert_framed(&received, false);
        }
    } else {
        assert!(!received.is_empty(), "no response");
        assert_framed(&received, method == "HEAD");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_with_two_framings_are_forwarded_with_one() {
        let head = "content-length: 9\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
        framing(format!("\x00POST /x HTTP/1.1\r\nhost: 127.0.0.1\r\n{head}").as_bytes());
        framing(format!("\x01HTTP/1.1 200 OK\r\n{head}").as_bytes());
        framing(format!("\x02HTTP/1.1 200 OK\r\n{head}").as_bytes());
        framing(b"\x02HTTP/1.1 200 OK\r\ncontent-length: 4, 4\r\n\r\n");
    }
}
