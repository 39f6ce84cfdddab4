//! Reads contracts: from files, git revisions and URLs, with the documents that they refer to.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use openapi_conformance::{Contract, ContractError, Documents};
use tokio::time::timeout;
use watsi::reqwest::{self, Url, redirect};

use crate::failure::Failure;
use crate::host::is_loopback;
use crate::input;
use crate::revision;

/// The maximum size of a document in bytes.
const LIMIT: usize = 64 * 1024 * 1024;

/// The time to fetch one document.
const DEADLINE: Duration = Duration::from_secs(30);

/// The time to fetch all documents of a contract.
const TOTAL_DEADLINE: Duration = Duration::from_secs(120);

/// The maximum number of redirects, which may lead only to the same server.
const MOST_REDIRECTS: usize = 5;

/// Reads a contract from a file or a URL, or from git if the name is `REVISION:PATH` and there is no such file.
pub async fn contract(source: &Path, allow_insecure_http: bool) -> Result<Contract, Failure> {
    if let Some(url) = url(source) {
        let read = fetched(source, &url, allow_insecure_http);
        let Ok(contract) = timeout(TOTAL_DEADLINE, read).await else {
            let limit = TOTAL_DEADLINE.as_secs();
            return Err(Failure::file(
                source,
                &format!("not read completely within {limit} s"),
            ));
        };
        return contract;
    }
    if let Some(revision) = revision::of(source) {
        return of_files(source, revision.path(), |name| revision.read(name));
    }
    if is_stream(source) {
        // A stream has no directory to which references could be relative.
        let name = source.to_string_lossy();
        let text = input::read(source)?;
        return Contract::named(&name, &text).map_err(|error| invalid(source, &error));
    }
    let directory = match source.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    of_files(source, &source.to_string_lossy(), |name| {
        // The contract itself may be a link to another directory. What it refers to may not.
        if Path::new(name) != source {
            stays_below(&directory, Path::new(name))?;
        }
        input::read(Path::new(name))
    })
}

/// Returns the name of a contract for reports: its path, without the revision, or its URL.
pub fn shown(source: &Path) -> &Path {
    if url(source).is_some() {
        return source;
    }
    revision::of(source).map_or(source, |revision| Path::new(revision.path()))
}

/// Returns the URL that a source is, if it is one.
pub fn url(source: &Path) -> Option<Url> {
    let text = source.to_str()?;
    let has_scheme = ["http://", "https://"].iter().any(|scheme| {
        let start = text.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    Url::parse(text).ok().filter(|_| has_scheme)
}

fn is_stream(source: &Path) -> bool {
    source.as_os_str() == "-" || source.starts_with("/dev") || source.starts_with("/proc")
}

/// Returns an error for a file outside the directory, e.g. behind a symbolic link.
fn stays_below(directory: &Path, file: &Path) -> Result<(), Failure> {
    let real = |path: &Path| fs::canonicalize(path).map_err(|error| Failure::file(path, &error));
    if real(file)?.starts_with(real(directory)?) {
        Ok(())
    } else {
        Err(Failure::file(
            file,
            &"is outside the directory of the contract",
        ))
    }
}

fn of_files(
    source: &Path,
    name: &str,
    read: impl Fn(&str) -> Result<String, Failure>,
) -> Result<Contract, Failure> {
    let mut documents = Documents::new(name);
    while let Some(next) = documents.next_name() {
        let text = read(next).map_err(|failure| referred(&documents, failure))?;
        documents
            .add(text)
            .map_err(|error| invalid(source, &error))?;
    }
    documents.parse().map_err(|error| invalid(source, &error))
}

async fn fetched(source: &Path, url: &Url, allow_insecure_http: bool) -> Result<Contract, Failure> {
    let host = url.host_str().unwrap_or_default();
    if url.scheme() == "http" && !is_loopback(host) && !allow_insecure_http {
        let reason = "insecure URL: use https://, or allow http:// with --allow-insecure-http";
        return Err(Failure::file(source, &reason));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let reason = "the URL of a contract cannot contain a user name or a password";
        return Err(Failure::Message(reason.to_owned()));
    }
    let client = client(url)?;
    let mut documents = Documents::new(url.as_str());
    while let Some(next) = documents.next_name() {
        let fetched = match timeout(DEADLINE, fetch(&client, next)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(format!(
                "no complete response within {} s",
                DEADLINE.as_secs()
            )),
        };
        let text = fetched.map_err(|reason| {
            let failure = Failure::file(Path::new(next), &reason);
            referred(&documents, failure)
        })?;
        documents
            .add(text)
            .map_err(|error| invalid(source, &error))?;
    }
    documents.parse().map_err(|error| invalid(source, &error))
}

/// Creates a client that sends no credentials and stays on the server of the URL.
fn client(url: &Url) -> Result<reqwest::Client, Failure> {
    let origin = url.origin();
    let stay = redirect::Policy::custom(move |attempt| {
        if attempt.url().origin() != origin {
            attempt.error("the server redirects to another one")
        } else if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("the server redirects too often")
        } else {
            attempt.follow()
        }
    });
    let mut builder = reqwest::Client::builder()
        .redirect(stay)
        .referer(false)
        .connect_timeout(Duration::from_secs(10));
    if url.host_str().is_some_and(is_loopback) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| Failure::chain(&error))
}

async fn fetch(client: &reqwest::Client, url: &str) -> Result<String, String> {
    let request = client
        .get(url)
        .header("accept", "application/json, application/yaml, */*");
    let mut response = request.send().await.map_err(reason)?;
    if !response.status().is_success() {
        return Err(format!(
            "the server responded with {}",
            response.status().as_u16()
        ));
    }
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(reason)? {
        if text.len() + chunk.len() > LIMIT {
            return Err("larger than 64 MiB".to_owned());
        }
        text.extend_from_slice(&chunk);
    }
    String::from_utf8(text).map_err(|_| "not valid UTF-8".to_owned())
}

/// Returns the causes of an error, without the URL.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut causes = vec![error.to_string()];
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    causes.join(": ")
}

/// Names the place that refers to the document that cannot be read.
fn referred(documents: &Documents, failure: Failure) -> Failure {
    match documents.referrer() {
        Some(place) => Failure::Message(format!("{failure} (referred to by {place})")),
        None => failure,
    }
}

fn invalid(source: &Path, error: &ContractError) -> Failure {
    let title = Failure::file(source, &"invalid or unsupported contract:");
    let reasons = error.reasons().iter().map(|reason| format!("  {reason}"));
    Failure::Lines([title.to_string()].into_iter().chain(reasons).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::net::TcpListener;

    use super::contract;

    #[tokio::test(start_paused = true)]
    async fn server_that_does_not_respond_is_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/openapi.yaml", listener.local_addr().unwrap());
        assert!(contract(Path::new(&url), false).await.is_err());
    }
}
