//! A server that loses connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const EMPTY_PAGE: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n{\"chats\": [], \"hasMore\": false}";

pub struct Lossy {
    pub url: String,
    requests: Arc<AtomicUsize>,
}

impl Lossy {
    /// Starts a server that resets the connections of this number of requests, and then responds with an empty page.
    pub async fn start(resets: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let is_lost = counter.fetch_add(1, Ordering::Relaxed) < resets;
                serve(stream, is_lost).await.unwrap();
            }
        });
        Lossy { url, requests }
    }

    /// Returns the number of requests so far. Each has its own connection.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

async fn serve(mut stream: TcpStream, is_lost: bool) -> std::io::Result<()> {
    let mut request = [0; 4096];
    assert_ne!(stream.read(&mut request).await?, 0, "there is no request");
    if is_lost {
        return stream.set_zero_linger();
    }
    stream.write_all(EMPTY_PAGE.as_bytes()).await?;
    stream.shutdown().await
}
