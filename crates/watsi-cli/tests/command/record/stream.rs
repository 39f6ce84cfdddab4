//! Event streams are passed on while they are received.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::Recording;

const EVENT: &str = "data: 1\n\n";

/// Bounds a test that fails.
const LIMIT: Option<Duration> = Some(Duration::from_secs(60));

/// A recording of a target that has begun an event stream, and both ends of the stream.
struct Streamed {
    recording: Recording,
    target: TcpStream,
    caller: BufReader<TcpStream>,
}

impl Streamed {
    fn start(name: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let recording = Recording::start(&url, name, &[]);
        let address = recording.url.strip_prefix("http://").unwrap();
        let mut caller = TcpStream::connect(address).unwrap();
        write!(caller, "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").unwrap();
        let (mut target, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(&target).lines();
        while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
        let head = "HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream; charset=utf-8";
        write!(target, "{head}\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
        target.set_read_timeout(LIMIT).unwrap();
        caller.set_read_timeout(LIMIT).unwrap();
        Streamed {
            recording,
            target,
            caller: BufReader::new(caller),
        }
    }

    /// Sends an event, and waits until it arrives.
    fn pass_on_event(&mut self) {
        write!(self.target, "{:x}\r\n{EVENT}\r\n", EVENT.len()).unwrap();
        self.wait_for(EVENT.trim_end());
    }

    fn wait_for(&mut self, wanted: &str) {
        let mut lines = self.caller.by_ref().lines();
        assert!(lines.any(|line| line.unwrap() == wanted), "{wanted}");
    }
}

/// Returns the sizes of the bodies in the file.
fn sizes(recording: &Recording) -> Vec<u64> {
    let entries = recording.entries().into_iter();
    let sizes = entries.map(|entry| entry["response"]["content"]["size"].as_u64().unwrap());
    sizes.collect()
}

#[test]
fn event_arrives_before_the_stream_ends() {
    let mut stream = Streamed::start("events");
    for _ in 0..3 {
        stream.pass_on_event();
        assert!(sizes(&stream.recording).is_empty());
    }
    stream.target.write_all(b"0\r\n\r\n").unwrap();
    stream.wait_for("0");
    // A caller that has the whole body finds it in the file.
    assert_eq!(sizes(&stream.recording), [3 * EVENT.len() as u64]);
}

#[test]
fn stream_that_the_caller_leaves_is_closed_and_recorded() {
    let mut stream = Streamed::start("left");
    stream.pass_on_event();
    drop(stream.caller);
    assert_eq!(stream.target.read(&mut [0]).unwrap(), 0);
    stream.recording.running.end("-INT");
    assert_eq!(sizes(&stream.recording), [EVENT.len() as u64]);
}

#[test]
fn stream_that_is_open_at_the_end_is_recorded() {
    let mut stream = Streamed::start("open");
    stream.pass_on_event();
    stream.recording.running.end("-INT");
    assert_eq!(sizes(&stream.recording), [EVENT.len() as u64]);
}

#[test]
fn stream_that_breaks_off_does_so_for_the_caller_too() {
    let mut stream = Streamed::start("broken");
    stream.pass_on_event();
    drop(stream.target);
    let mut rest = String::new();
    // The connection may be reset.
    _ = stream.caller.read_to_string(&mut rest);
    assert!(!rest.contains("0\r\n\r\n"), "{rest:?}");
    assert_eq!(sizes(&stream.recording), [EVENT.len() as u64]);
}
