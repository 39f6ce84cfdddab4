//! `watsi subscribe`

use std::io::Write;
use std::process::ExitCode;

use watsi::types::CreateWebhookRequest;

use crate::args::{self, Subscribe};
use crate::failure::Failure;
use crate::terminal::{json, plain, say};

pub async fn run(args: Subscribe) -> Result<ExitCode, Failure> {
    let client = args.server.client()?;
    if let Some(warning) = args::warning(&args::event_types(), "event type", &args.events) {
        say!("{}", plain(&warning));
    }
    let request = CreateWebhookRequest::new(args.url, args.events);
    let response = client.create_webhook(request).send().await?;
    // The documentation does not show the response, so it is printed as it is.
    writeln!(std::io::stdout(), "{}", json(&*response)?)?;
    Ok(ExitCode::SUCCESS)
}
