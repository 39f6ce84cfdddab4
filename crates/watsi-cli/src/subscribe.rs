//! `watsi subscribe`

use std::io::Write;
use std::process::ExitCode;

use watsi::types::CreateWebhookRequest;

use crate::args::Subscribe;
use crate::failure::Failure;
use crate::terminal::json;

pub async fn run(args: Subscribe) -> Result<ExitCode, Failure> {
    let client = args.api.client()?;
    let request = CreateWebhookRequest::new(args.url, args.events);
    let response = client.create_webhook(request).send().await?;
    // The documentation does not show the response, so it is printed as it is.
    writeln!(std::io::stdout(), "{}", json(&*response)?)?;
    Ok(ExitCode::SUCCESS)
}
