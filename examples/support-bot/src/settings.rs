//! The settings, from environment variables.

use std::env::{self, VarError};
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use watsi::chrono::TimeDelta;
use watsi::webhook::Verifier;
use watsi::{ClientBuilder, RetryPolicy};

use crate::{Clock, Error, Location};

/// The deadline of a request. It bounds how long a shutdown takes.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The settings of the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address to listen on for deliveries.
    pub listen: SocketAddr,
    /// Where the database is.
    pub database: Location,
    /// Verifies deliveries.
    pub verifier: Verifier,
    /// The client of the API. It does not retry, because the outbox does.
    pub client: watsi::Client,
    /// The clock.
    pub clock: Clock,
    /// How long events may take to arrive.
    pub event_wait: TimeDelta,
}

impl Settings {
    /// Reads the settings from the environment.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Setting`] or [`Error::Api`], which name the missing or invalid variable.
    pub fn from_env() -> Result<Self, Error> {
        let secret = variable::<String>("WATSI_WEBHOOK_SECRET")?.unwrap_or_default();
        let verifier = Verifier::new(secret).map_err(|_| Error::Setting {
            name: "WATSI_WEBHOOK_SECRET",
            problem: "expected the subscription's signing secret".to_owned(),
        })?;
        let client = client()?
            .with_retry(RetryPolicy::never())
            .with_timeout(REQUEST_TIMEOUT);
        let clock = match variable("SUPPORT_BOT_SANDBOX_CLOCK")? {
            Some(true) => Clock::Sandbox(client.clone()),
            _ => Clock::System,
        };
        let event_wait = variable::<u32>("SUPPORT_BOT_EVENT_WAIT")?.unwrap_or(15 * 60);
        Ok(Settings {
            listen: variable("SUPPORT_BOT_LISTEN")?.unwrap_or(([127, 0, 0, 1], 3000).into()),
            database: database()?,
            verifier,
            client,
            clock,
            event_wait: TimeDelta::seconds(event_wait.into()),
        })
    }
}

/// Returns a client with the API key from `WATSI_API_KEY`, and with retries.
///
/// # Errors
///
/// Returns [`Error::Api`], which names the missing or invalid variable.
pub fn client() -> Result<watsi::Client, Error> {
    let builder = ClientBuilder::from_env()
        .map_err(watsi::Error::from)?
        // A connection attempt that times out before the deadline is known not to have sent anything.
        .connect_timeout(REQUEST_TIMEOUT / 2);
    Ok(builder.build().map_err(watsi::Error::from)?)
}

/// Returns where the database is, from `SUPPORT_BOT_DATABASE`.
///
/// # Errors
///
/// Returns [`Error::Setting`] if the variable is invalid.
pub fn database() -> Result<Location, Error> {
    let location = variable("SUPPORT_BOT_DATABASE")?;
    Ok(location.unwrap_or_else(|| Location::Sqlite("support-bot.db".into())))
}

fn variable<T: FromStr>(name: &'static str) -> Result<Option<T>, Error> {
    let invalid = |problem: &str| Error::Setting {
        name,
        problem: problem.to_owned(),
    };
    match env::var(name) {
        Ok(value) => {
            let parsed = value.parse();
            parsed.map(Some).map_err(|_| invalid("invalid value"))
        }
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(invalid("not valid Unicode")),
    }
}
