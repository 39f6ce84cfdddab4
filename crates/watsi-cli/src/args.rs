//! The command-line arguments.

mod known;
mod report;
mod sandbox;

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::failure::Failure;

pub use known::{event_types, statuses, warning};
pub use report::{FailOnChange, Limits, Output, ReportFile};
pub use sandbox::{RateLimit, Sandbox};

/// Command-line tool for Watsi, the API through which businesses talk to their customers on WhatsApp
#[derive(Parser)]
#[command(name = "watsi", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
The API key is read from WATSI_API_KEY or from --api-key-file. It is never a command-line argument.

Examples:
  watsi sandbox --listen 127.0.0.1:4010        a sandbox, to try the other commands
  watsi conform --base-url http://127.0.0.1:4010
  watsi conform --har traffic.har --format junit > report.xml
  watsi conversations --status open
  watsi send 550e8400-e29b-41d4-a716-446655440000 'Hello!'

Exit codes: 0 success, 1 findings, 2 could not run.";

#[derive(Subcommand)]
pub enum Command {
    /// Validate a server or recorded traffic against the contract
    Conform(Conform),
    /// Compare two contracts and report breaking and additive changes for callers
    Diff(Diff),
    /// List conversations, most recent first
    Conversations(Conversations),
    /// Send a message in an open conversation
    Send(Send),
    /// Subscribe a URL to webhook events
    Subscribe(Subscribe),
    /// Receive and verify webhook events on this machine, and print one line per event
    Listen(Listen),
    /// Record the traffic of a program with the API as a HAR file, and validate it
    Record(Record),
    /// Run a sandbox, a stateful fake of the API, on this machine
    Sandbox(Sandbox),
    /// Print shell completions
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual pages, one for each command
    Man {
        /// The directory to write them to
        directory: PathBuf,
    },
}

/// The base URL of the API, and the API key.
#[derive(Args)]
pub struct Api {
    /// Base URL of the API [default: WATSI_BASE_URL, or the contract's server]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Read the API key from this file [default: the environment variable WATSI_API_KEY]
    #[arg(long, value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
}

/// The API, for commands that only call it.
#[derive(Args)]
pub struct Server {
    #[command(flatten)]
    pub api: Api,
    /// Allow http:// for every host; the API key is sent unencrypted
    #[arg(long)]
    pub allow_insecure_http: bool,
}

/// The log on standard error.
#[derive(Args, Clone, Copy)]
pub struct Logged {
    /// Print no line for each request, delivery and rejection
    #[arg(short, long, conflicts_with = "log")]
    pub quiet: bool,
    /// Format of these lines on standard error
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub log: Format,
}

#[derive(Args)]
#[command(after_help = "\
Without --har, it calls the server and sends only read requests: every operation without and with its parameters, \
without an API key and with invalid parameters, and lists over three pages. Identifiers in paths come from earlier \
responses, or from the contract.

Examples:
  watsi conform --base-url https://staging.example.com/api/v1 -v
  watsi conform --spec https://api.example.com/openapi.json --base-url https://api.example.com --dry-run
  watsi conform --har checkout.har --har support.har --format github
  watsi conform --har traffic.har --spec openapi.next.yaml
  watsi conform --har traffic.har --write-ignore accepted.yaml
  watsi conform --har traffic.har --ignore accepted.yaml

Exit codes: 0 conforms, 1 findings or too little coverage, 2 could not run or complete.")]
pub struct Conform {
    #[command(flatten)]
    pub api: Api,
    /// Validate the traffic in this HAR file instead of calling a server; `-` reads standard input (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub har: Vec<PathBuf>,
    /// Validate against this contract, a file or a URL; `-` reads standard input [default: the one of this version]
    #[arg(long, value_name = "SOURCE")]
    pub spec: Option<PathBuf>,
    /// Check only these operations: an operationId, a tag, or a path with all below it (may be repeated)
    #[arg(long, value_name = "SELECTOR", conflicts_with = "har")]
    pub only: Vec<String>,
    /// Do not check these operations, selected as by --only (may be repeated)
    #[arg(long, value_name = "SELECTOR", conflicts_with = "har")]
    pub skip: Vec<String>,
    /// Send this header with every request, e.g. `X-Team: red` (may be repeated)
    #[arg(long, value_name = "NAME: VALUE", conflicts_with = "har")]
    pub header: Vec<String>,
    /// Print the requests that would be sent, and send none
    #[arg(long, conflicts_with_all = ["har", "send_to"])]
    pub dry_run: bool,
    /// Also call the operations that may change data, each once with the contract's example
    #[arg(long, conflicts_with = "har")]
    pub send_writes: bool,
    /// Also send one message in this conversation, and validate the response
    #[arg(long, value_name = "CONVERSATION_ID", conflicts_with = "har")]
    pub send_to: Option<String>,
    #[command(flatten)]
    pub limits: Limits,
    /// Allow http:// for every host, of the server and of the contract; the API key is sent unencrypted
    #[arg(long)]
    pub allow_insecure_http: bool,
    /// Print every request, without its API key
    #[arg(short, long, conflicts_with = "har")]
    pub verbose: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Breaking: a program built against the old contract fails, is rejected, or misreads data.
Additive: it keeps working, and the new contract offers or guarantees more.
A breaking change needs a new major version, and an additive change a new minor version.

A file that does not exist is read from git if its name is REVISION:PATH.

Examples:
  watsi diff old.yaml openapi.yaml
  watsi diff main:openapi.yaml openapi.yaml --fail-on breaking
  watsi diff v1.2.0:openapi.yaml openapi.yaml --format markdown > changes.md

Exit codes: 0 no change for callers, 1 changes, 2 could not run.")]
pub struct Diff {
    /// The old contract: a file, a URL, REVISION:PATH in git, or `-` for standard input
    pub old: PathBuf,
    /// The new contract: a file, a URL, REVISION:PATH in git, or `-` for standard input
    pub new: PathBuf,
    /// Exit with 1 only for changes of this impact or a worse one; the others are still printed
    #[arg(long, value_name = "IMPACT", value_enum, default_value_t)]
    pub fail_on: FailOnChange,
    /// Also show the impact on programs that use a client generated from the contract
    #[arg(long)]
    pub generated_client: bool,
    /// Compare sunsets with this day, e.g. `2026-12-31` [default: today]
    #[arg(long, value_name = "DAY")]
    pub day: Option<NaiveDate>,
    /// Allow http:// for the URL of a contract on every host
    #[arg(long)]
    pub allow_insecure_http: bool,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  watsi conversations --limit 5
  watsi conversations --all --format json | jq -r .id")]
pub struct Conversations {
    #[command(flatten)]
    pub server: Server,
    /// Only conversations with this status, e.g. `open`
    #[arg(long, value_parser = known::statuses(), hide_possible_values = true)]
    pub status: Option<String>,
    /// Only conversations assigned to this user
    #[arg(long, value_name = "ID")]
    pub assigned_user_id: Option<String>,
    /// List all conversations, not only the first page
    #[arg(long)]
    pub all: bool,
    /// Conversations per page [default: chosen by the API, or the maximum with --all]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub limit: Option<i64>,
    /// Output format; json prints one object per line
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "\
WhatsApp allows a message only within 24 hours of the customer's last one. This command never retries a message \
that may have been sent. If the response is lost, the error says that the message may have been sent.

Examples:
  watsi send 550e8400-e29b-41d4-a716-446655440000 'Your order is on its way'
  generate-reply | watsi send 550e8400-e29b-41d4-a716-446655440000 -")]
pub struct Send {
    #[command(flatten)]
    pub server: Server,
    /// Id of the conversation
    pub conversation_id: String,
    /// Text of the message; `-` reads standard input
    #[arg(allow_hyphen_values = true)]
    pub text: String,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "\
It prints the response as JSON. Store the signing secret that it contains, and pass it to the receiver, e.g. as \
WATSI_WEBHOOK_SECRET. This part of the API may still change, according to its documentation.

Example:
  watsi subscribe https://bot.example.com/hooks/watsi message.received message.status")]
pub struct Subscribe {
    #[command(flatten)]
    pub server: Server,
    /// URL that receives the events: https; a sandbox also accepts http on this machine
    pub url: String,
    /// Types of the events, e.g. `message.received`
    #[arg(required = true, value_parser = known::event_types(), hide_possible_values = true)]
    pub events: Vec<String>,
}

#[derive(Args)]
#[command(after_help = "\
The secret is read from WATSI_WEBHOOK_SECRET or from --secret-file. Message texts and phone numbers are printed only \
with --format json.

Subscribe a URL that the API can reach. A sandbox can reach this machine:
  watsi subscribe http://127.0.0.1:3000/ message.received message.status

With --forward, each verified delivery is passed on to a bot with the same body and headers, so that its signature stays \
valid, and the bot's status code is returned.

Examples:
  WATSI_WEBHOOK_SECRET=... watsi listen --port 3000
  WATSI_WEBHOOK_SECRET=... watsi listen --port 3000 --forward http://127.0.0.1:8000/webhooks")]
pub struct Listen {
    /// Port of 127.0.0.1 to listen on; 0 picks a free port
    #[arg(long)]
    pub port: u16,
    /// Read the subscription's secret from this file [default: the environment variable WATSI_WEBHOOK_SECRET]
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Pass verified deliveries on to this URL: https, or http on this machine
    #[arg(long, value_name = "URL")]
    pub forward: Option<String>,
    /// Allow http:// for every host; deliveries are sent unencrypted
    #[arg(long, requires = "forward")]
    pub allow_insecure_http: bool,
    #[command(flatten)]
    pub logged: Logged,
    /// Output format; json prints one object per line, as received
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "\
It is a proxy on this machine that forwards every request to the target. Programs in any language use it as their base \
URL, which is printed, and which COMMAND finds in WATSI_BASE_URL. Without a COMMAND, it runs until it is interrupted.

Requests and responses pass unchanged, except for headers of a single connection and for Accept-Encoding, which is set \
to identity. With another format than human, the output of COMMAND goes to standard error.

The file contains no API keys. Values that the contract does not show to be harmless are placeholders, and bodies that \
are not JSON are left out. It is valid after every exchange. A body may have up to 16 MiB.

Examples:
  watsi record --target https://staging.example.com/api/v1 --har traffic.har -- npm test
  watsi record --target http://127.0.0.1:4010 --har traffic.har --listen 127.0.0.1:8080
  watsi conform --har traffic.har --base-url https://staging.example.com/api/v1

Exit codes: that of COMMAND if there are no findings, 1 findings, 2 could not run.")]
pub struct Record {
    /// Base URL of the API to forward to: https, or http on this machine
    #[arg(long, value_name = "URL")]
    pub target: String,
    /// Write the recording to this file
    #[arg(long, value_name = "FILE")]
    pub har: PathBuf,
    /// Address and port to listen on; port 0 picks a free port. An address of another machine's network, e.g. 0.0.0.0,
    /// needs --allow-host
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Also accept requests whose `Host` header has this name, e.g. that of a container (may be repeated)
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,
    /// Allow http:// for every host, of the target and of the contract; API keys are sent unencrypted
    #[arg(long)]
    pub allow_insecure_http: bool,
    /// Validate against this contract, a file or a URL [default: the one of this version]
    #[arg(long, value_name = "SOURCE")]
    pub spec: Option<PathBuf>,
    /// Keep the values and names of this schema or parameter, a JSON pointer into the contract (may be repeated)
    #[arg(long, value_name = "POINTER")]
    pub keep: Vec<String>,
    #[command(flatten)]
    pub logged: Logged,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub output: Output,
    /// The command to run, and its arguments
    #[arg(last = true)]
    pub command: Vec<OsString>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Human-readable text
    #[default]
    Human,
    /// JSON
    Json,
}

pub fn completions(shell: Shell) -> Result<ExitCode, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "watsi", &mut text);
    let mut out = std::io::stdout();
    out.write_all(&text)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub fn man(directory: &Path) -> Result<ExitCode, Failure> {
    let failed = |error| Failure::file(directory, &error);
    fs::create_dir_all(directory).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), directory).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}
