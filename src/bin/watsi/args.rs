//! What the command is told.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::failure::Failure;

/// Watsi, the API through which businesses talk to their customers on WhatsApp, from a terminal.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
The API key comes from WATSI_API_KEY, or from --api-key-file; it is never an argument.

Examples:
  watsi sandbox --port 4010                    a fake of the API, to try the rest
  watsi conform --base-url http://127.0.0.1:4010
  watsi conform --har traffic.har --format junit > report.xml
  watsi conversations --status open
  watsi send 550e8400-e29b-41d4-a716-446655440000 'Hello!'

Exit codes: 0 conforms, or done; 1 findings; 2 could not run.";

#[derive(Subcommand)]
pub enum Command {
    /// Judge a server, or recorded traffic, against the contract
    Conform(Conform),
    /// Say what a change of the contract does to callers: breaking, additive, none
    Diff(Diff),
    /// List conversations, the most recent first
    Conversations(Conversations),
    /// Send a message in an open conversation
    Send(Send),
    /// Receive webhook events on this machine: verified, one line each
    Listen(Listen),
    /// Run a fake of the API on this machine
    Sandbox(Sandbox),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Where the API is, and the key to it.
#[derive(Args)]
pub struct Api {
    /// Where the API is [default: WATSI_BASE_URL, or the contract's server]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Read the API key from this file [default: the variable WATSI_API_KEY]
    #[arg(long, value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_help = "\
Without --har it asks the server, and only reads: lists without and with their parameters, without a key, with
parameters that are refused, and over three pages.

Examples:
  watsi conform --base-url https://staging.example.com/api/v1 -v
  watsi conform --har checkout.har --har support.har --format github
  watsi conform --har traffic.har --spec openapi.next.yaml

Exit codes: 0 conforms, 1 findings, 2 could not run.")]
pub struct Conform {
    #[command(flatten)]
    pub api: Api,
    /// Judge the traffic that this HAR file has recorded, and ask no server; `-` is the standard input
    /// (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub har: Vec<PathBuf>,
    /// Judge against this contract [default: the one of this version]
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Send one message, in this conversation, and judge its answer too
    #[arg(long, value_name = "CONVERSATION_ID", conflicts_with = "har")]
    pub send_to: Option<String>,
    /// Exit with 1 for breaking findings only; the others are printed
    #[arg(long)]
    pub only_breaking: bool,
    /// Print every request that is made, without its key
    #[arg(short, long, conflicts_with = "har")]
    pub verbose: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
}

#[derive(Args)]
#[command(after_help = "\
Breaking: a program that was built with the old contract fails, is refused, or reads something wrong.
Additive: it goes on, and the new contract offers or promises more.

Example:
  git show main:openapi.yaml > old.yaml && watsi diff old.yaml openapi.yaml

Exit codes: 0 no change for callers, 1 changes, 2 could not run.")]
pub struct Diff {
    /// The contract as it was
    pub old: PathBuf,
    /// The contract as it will be
    pub new: PathBuf,
    /// Exit with 1 for breaking changes only; the others are printed
    #[arg(long)]
    pub only_breaking: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  watsi conversations --limit 5
  watsi conversations --all --format json | jq -r .id")]
pub struct Conversations {
    #[command(flatten)]
    pub api: Api,
    /// Only conversations in this state, as `open`
    #[arg(long)]
    pub status: Option<String>,
    /// Only conversations that are assigned to this user
    #[arg(long, value_name = "ID")]
    pub assigned_user_id: Option<String>,
    /// All of them, and not only the first page
    #[arg(long)]
    pub all: bool,
    /// How many a page holds [default: what the API chooses, or with --all as many as it allows]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub limit: Option<i64>,
    /// How to print them; json is one object a line
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "\
WhatsApp allows a message only within 24 hours of the customer's last one. It is never sent twice by this
command: where it may have been sent although the answer was lost, it says so.

Examples:
  watsi send 550e8400-e29b-41d4-a716-446655440000 'Your order is on its way'
  generate-reply | watsi send 550e8400-e29b-41d4-a716-446655440000 -")]
pub struct Send {
    #[command(flatten)]
    pub api: Api,
    /// The conversation
    pub conversation_id: String,
    /// The text; `-` reads it from the standard input
    #[arg(allow_hyphen_values = true)]
    pub text: String,
    /// How to print the sent message
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "\
The secret comes from WATSI_WEBHOOK_SECRET, or from --secret-file. Texts and phone numbers are printed with
--format json only.

Subscribe it where the API can reach it; the sandbox can on this machine:
  curl \"$WATSI_BASE_URL/webhooks\" -H \"Authorization: Bearer $WATSI_API_KEY\" -H 'Content-Type: application/json' \\
    -d '{\"url\": \"http://127.0.0.1:3000/\", \"events\": [\"message.received\", \"message.status\"]}'

Example:
  WATSI_WEBHOOK_SECRET=... watsi listen --port 3000")]
pub struct Listen {
    /// The port of this machine to listen on; 0 is any that is free
    #[arg(long)]
    pub port: u16,
    /// Read the subscription's secret from this file [default: the variable WATSI_WEBHOOK_SECRET]
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// How to print events; json is one object a line, as it came
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "\
It keeps everything in memory. Its clock is this machine's. A line on its standard input is a message of a
customer's: a phone number with a plus sign, a space, and the text.

Example, and then in another terminal:
  watsi sandbox --port 4010
  WATSI_API_KEY=sandbox-key WATSI_BASE_URL=http://127.0.0.1:4010 watsi conversations")]
pub struct Sandbox {
    /// The port of this machine to listen on; 0 is any that is free
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// How many conversations it begins with
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub seed: usize,
    /// How to print where it is
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
    /// JUnit's XML, for CI servers
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

pub fn completions(shell: Shell) -> Result<ExitCode, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "watsi", &mut text);
    let mut out = std::io::stdout();
    out.write_all(&text)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
