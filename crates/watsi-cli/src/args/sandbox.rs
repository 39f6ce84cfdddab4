//! The arguments of `watsi sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, value_parser};
use watsi::reqwest::Url;

use super::{Format, Logged};

#[derive(Args)]
#[command(after_help = "\
It prints the URL of a page that shows conversations and deliveries, and lets you write as a customer. Programs in any \
language can control it over HTTP; /_sandbox/openapi.yaml documents the operations.

Its clock runs in real time, and can be advanced. Each line on standard input is a message from a customer: a phone \
number with a plus sign, a space, and the text.

Examples (run the second one in another terminal):
  watsi sandbox --listen 127.0.0.1:4010
  WATSI_API_KEY=sandbox-key WATSI_BASE_URL=http://127.0.0.1:4010 watsi conversations

In a network of containers:
  watsi sandbox --listen 0.0.0.0:4010 --allow-host sandbox --allow-webhook-host bot")]
pub struct Sandbox {
    /// Address and port to listen on; port 0 picks a free port
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Accept requests for this host name; IP addresses and localhost are always accepted (may be repeated)
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub allow_host: Vec<String>,
    /// Deliver events to this host too; this machine is always allowed (may be repeated)
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub allow_webhook_host: Vec<String>,
    /// Respond with 429 to more than N requests within S seconds
    #[arg(long, value_name = "N/S")]
    pub rate_limit: Option<RateLimit>,
    /// Load the state from this file if it exists, and save changes to it
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Give a sent message a different id in its events than in the response
    #[arg(long)]
    pub distinct_event_ids: bool,
    /// Number of conversations to start with, unless a state is loaded
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = value_parser!(u32).range(..=1_000_000))]
    pub seed: u32,
    #[command(flatten)]
    pub logged: Logged,
    /// Output format of the connection details
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Reads a host as it is written in URLs.
fn host(text: &str) -> Result<String, &'static str> {
    let host = text.to_ascii_lowercase();
    let url = Url::parse(&format!("http://{host}/"));
    if url.is_ok_and(|url| url.host_str() == Some(&host)) {
        Ok(host)
    } else {
        Err("expected a host without a scheme and a port")
    }
}

/// A number of requests per duration.
#[derive(Clone, Copy)]
pub struct RateLimit {
    pub requests: u32,
    pub per: Duration,
}

impl FromStr for RateLimit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text
            .split_once('/')
            .and_then(|(requests, seconds)| Some((requests.parse().ok()?, seconds.parse().ok()?)));
        match numbers {
            Some((requests, seconds)) if requests > 0 && seconds > 0 => Ok(RateLimit {
                requests,
                per: Duration::from_secs(seconds),
            }),
            _ => Err("expected requests and seconds, e.g. 10/1"),
        }
    }
}
