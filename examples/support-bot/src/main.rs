//! Runs the bot, or exports all conversations with `support-bot export`.

use std::process::ExitCode;

use support_bot::{Database, Error, Settings, export, service, settings};
use tokio::signal;

#[tokio::main]
async fn main() -> ExitCode {
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::stderr);
    subscriber.init();
    let argument = std::env::args().nth(1);
    let done = match argument.as_deref() {
        None => run().await,
        Some("export") => export().await,
        Some(_) => {
            eprintln!("usage: support-bot [export]");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let terminated = terminated()?;
    let stop = async {
        tokio::select! {
            _ = signal::ctrl_c() => {}
            () = terminated => {}
        }
    };
    service::run(Settings::from_env()?, stop).await
}

async fn export() -> Result<(), Error> {
    let database = Database::open(&settings::database()?).await?;
    let count = export::run(&settings::client()?, &database).await?;
    println!("{count} conversations");
    Ok(())
}

/// Waits for a request to terminate. The handler is installed at once.
#[cfg(unix)]
fn terminated() -> Result<impl Future<Output = ()>, Error> {
    let kind = signal::unix::SignalKind::terminate();
    let mut terminate = signal::unix::signal(kind).map_err(Error::Signal)?;
    Ok(async move {
        terminate.recv().await;
    })
}

#[cfg(not(unix))]
fn terminated() -> Result<impl Future<Output = ()>, Error> {
    Ok(std::future::pending())
}
