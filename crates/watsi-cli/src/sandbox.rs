//! `watsi sandbox`

mod activity;
mod state_file;

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::mpsc;

use crate::args::{Format, RateLimit, Sandbox};
use crate::failure::Failure;
use crate::log::{Line, Log};
use crate::terminal::{interrupt, terminate};
use state_file::StateFile;

/// How often the clock of the sandbox follows that of this machine.
const TICK: Duration = Duration::from_millis(200);

/// How often changes of the state are saved.
const SAVE: Duration = Duration::from_secs(5);

pub async fn run(args: Sandbox) -> Result<ExitCode, Failure> {
    let (log, writer) = Log::start(args.logged);
    let ended = serve(args, &log).await;
    writer.finish();
    ended
}

async fn serve(args: Sandbox, log: &Log) -> Result<ExitCode, Failure> {
    let observed = log.clone();
    let mut builder = watsi_sandbox::Sandbox::builder()
        .listen(args.listen)
        .distinct_event_ids(args.distinct_event_ids)
        .observer(move |activity| {
            if let Some(line) = activity::line(activity) {
                observed.write(&line);
            }
        });
    if let Some(RateLimit { requests, per }) = args.rate_limit {
        builder = builder.rate_limit(requests, per);
    }
    for host in args.allow_host {
        builder = builder.allow_host(host);
    }
    for host in args.allow_webhook_host {
        builder = builder.allow_webhook_host(host);
    }
    let started = builder.start().await;
    let sandbox = started.map_err(|error| Failure::chain(&error))?;
    let is_new = args.state.as_ref().is_none_or(|path| !path.exists());
    if is_new {
        sandbox.seed(args.seed as usize);
    }
    let mut file = match args.state {
        Some(path) => Some(StateFile::load(path, &sandbox)?),
        None => None,
    };
    let (url, key) = (sandbox.uri(), sandbox.api_key());
    let secret = sandbox.webhook_secret();
    let details = match args.format {
        Format::Human => format!(
            "page            {url}/_sandbox/\nreference       {url}/docs\nURL             {url}\nAPI key         {key}\n\
             webhook secret  {secret}\n\n\
             export WATSI_BASE_URL={url} WATSI_API_KEY={key} WATSI_WEBHOOK_SECRET={secret}"
        ),
        Format::Json => json!({
            "url": url,
            "api_key": key,
            "webhook_secret": secret,
            "docs": format!("{url}/docs"),
            "page": format!("{url}/_sandbox/"),
        })
        .to_string(),
    };
    let mut lines = standard_input();
    let mut tick = tokio::time::interval(TICK);
    let mut save = tokio::time::interval(SAVE);
    let mut last = Instant::now();
    // Created once for all iterations, and before the output invites anyone to interrupt.
    let (interrupt, terminate) = (interrupt()?, terminate()?);
    let (mut interrupt, mut terminate) = (std::pin::pin!(interrupt), std::pin::pin!(terminate));
    writeln!(anstream::stdout(), "{details}")?;
    loop {
        tokio::select! {
            _ = tick.tick() => {
                // The sandbox's clock counts milliseconds. The remainder carries over to the next tick.
                let millis = u64::try_from(last.elapsed().as_millis()).unwrap_or(u64::MAX);
                let past = Duration::from_millis(millis);
                sandbox.advance(past);
                last += past;
            }
            _ = save.tick() => {
                // The tests that use the sandbox go on.
                if let Err(failure) = file.iter_mut().try_for_each(|file| file.save_changes(&sandbox)) {
                    log.always(&Line::note(failure.to_string()));
                }
            }
            Some(line) = lines.recv() => match line.split_once(' ') {
                Some((phone, text)) if is_phone(phone) && !text.trim().is_empty() => {
                    let id = sandbox.customer_writes(phone, text);
                    log.always(&Line::note(format!("customer message in {}", id.as_str())));
                }
                _ => log.always(&Line::note(
                    "invalid line; expected a phone number with a plus sign, a space, and the text",
                )),
            },
            () = &mut interrupt => break,
            () = &mut terminate => break,
        }
    }
    file.iter_mut().try_for_each(|file| file.save(&sandbox))?;
    Ok(ExitCode::SUCCESS)
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the lines of standard input. A thread reads them and ends with the process.
fn standard_input() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().split(b'\n').map_while(Result::ok) {
            // Text in another encoding is still accepted.
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line));
            if sender.send(line.into_owned()).is_err() {
                break;
            }
        }
    });
    lines
}
