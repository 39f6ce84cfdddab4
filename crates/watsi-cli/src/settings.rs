//! Reads the API key and other settings from files and the environment.

use std::env::{self, VarError};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use openapi_conformance::Contract;
use watsi::Client;

use crate::args::{Api, Server};
use crate::failure::Failure;
use crate::screen::learn;

impl Server {
    pub fn client(&self) -> Result<Client, Failure> {
        let client = Client::builder()
            .user_agent_suffix("cli")
            .api_key(self.api.key()?)
            .base_url(self.api.url(watsi::BASE_URL)?)
            .allow_insecure_http(self.allow_insecure_http)
            .build()?;
        Ok(client)
    }
}

impl Api {
    pub fn key(&self) -> Result<String, Failure> {
        secret(
            "WATSI_API_KEY",
            self.api_key_file.as_deref(),
            "--api-key-file",
        )
    }

    pub fn url(&self, default: &str) -> Result<String, Failure> {
        if let Some(url) = &self.base_url {
            return Ok(url.clone());
        }
        match env::var("WATSI_BASE_URL") {
            Ok(url) => Ok(url),
            Err(VarError::NotPresent) => Ok(default.to_owned()),
            Err(VarError::NotUnicode(_)) => Err(Failure::Message(
                "WATSI_BASE_URL is not valid Unicode".to_owned(),
            )),
        }
    }
}

/// Reads a secret from a file, or from the environment if there is no file. It is never an argument, because other
/// users of the machine could see it.
pub fn secret(variable: &str, file: Option<&Path>, option: &str) -> Result<String, Failure> {
    let secret = match file {
        Some(file) => {
            let text = fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?;
            // Some editors write a byte order mark at the start of a file.
            text.trim_start_matches('\u{feff}').trim().to_owned()
        }
        None => env::var(variable).map_err(|error| {
            let reason = match error {
                VarError::NotPresent => "is not set",
                VarError::NotUnicode(_) => "is not valid Unicode",
            };
            Failure::Message(format!("{variable} {reason}; set it or use {option} FILE"))
        })?,
    };
    learn(&secret);
    Ok(secret)
}

/// Returns the contract of the client, `openapi.yaml`.
pub fn embedded() -> &'static Contract {
    static EMBEDDED: LazyLock<Contract> = LazyLock::new(|| {
        Contract::named("openapi.yaml", watsi::OPENAPI).expect("the client was generated from it")
    });
    &EMBEDDED
}
