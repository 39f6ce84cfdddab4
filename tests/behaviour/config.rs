//! Invalid settings are rejected without a request.

use std::time::Duration;

use watsi::{Client, ClientBuilder, ConfigError};

use crate::server::{Act, PAGE, Server, builder, http, list};

fn with_key(key: &str) -> ClientBuilder {
    Client::builder().api_key(key)
}

fn with_url(url: &str) -> ClientBuilder {
    with_key("key").base_url(url)
}

#[test]
fn invalid_setting_is_rejected() {
    let suffix = with_key("key").user_agent_suffix("a\r\nx-evil: 1");
    let timeout = with_key("key").timeout(Duration::ZERO);
    let connect_timeout = with_key("key").connect_timeout(Duration::ZERO);
    let mut cases = vec![
        ("no API key", Client::builder(), ConfigError::MissingApiKey),
        ("empty API key", with_key(""), ConfigError::EmptyApiKey),
        ("user agent", suffix, ConfigError::InvalidUserAgent),
        ("timeout", timeout, ConfigError::ZeroTimeout),
        ("connect timeout", connect_timeout, ConfigError::ZeroTimeout),
    ];
    let keys = [
        "key\n",
        "key\r\nx-evil: 1",
        "a key",
        " key",
        "k\u{e9}y",
        "key\0",
        "\t",
    ];
    cases.extend(keys.map(|key| (key, with_key(key), ConfigError::InvalidApiKey)));
    for (name, builder, expected) in cases {
        assert_eq!(builder.build().unwrap_err(), expected, "{name:?}");
    }
}

#[test]
fn invalid_base_url_is_rejected() {
    let urls = "|  |api.watsi.ai|/api/v1|ftp://host|https:host|https:/host| https://host|https://ho\tst|ht\ntps://host|\
                https:///api|http:\\\\127.0.0.1|file:///etc|http://|data:x|https://ho\u{1}st|https://host/a\\b";
    for url in urls.split('|') {
        let error = with_url(url).build().unwrap_err();
        assert!(matches!(error, ConfigError::InvalidBaseUrl(_)), "{url:?}");
    }
}

#[test]
fn base_url_with_credentials_query_or_fragment_is_rejected() {
    for parts in ["u@host", ":p@host", "u:p@host", "host?a=b", "host#a"] {
        let error = with_url(&format!("https://{parts}")).build().unwrap_err();
        assert!(matches!(error, ConfigError::InvalidBaseUrl(_)), "{parts:?}");
        assert!(!error.to_string().contains("host"), "{error}");
    }
}

#[test]
fn plain_http_is_rejected_without_opt_in() {
    for url in [
        "http://api.watsi.ai",
        "http://192.168.0.1",
        "http://localhost.evil.example",
        "http://evil.localhost",
        "http://evillocalhost",
        "http://[::2]",
    ] {
        let error = with_url(url).build().unwrap_err();
        assert_eq!(error, ConfigError::InsecureBaseUrl, "{url:?}");
        with_url(url).allow_insecure_http(true).build().unwrap();
    }
}

#[test]
fn plain_http_to_loopback_is_allowed() {
    for url in [
        "http://localhost:1",
        "http://127.0.0.1",
        "http://127.9.9.9:80/v1",
        "http://[::1]:8080",
    ] {
        with_url(url).build().unwrap();
    }
}

#[tokio::test]
async fn maximum_timeout_means_no_deadline() {
    let server = Server::start([Act::Respond(http(200, &[], PAGE))]).await;
    let builder = server
        .builder()
        .timeout(Duration::MAX)
        .connect_timeout(Duration::MAX);
    list(&builder.build().unwrap()).await.unwrap();
}

#[tokio::test]
async fn trailing_slash_of_the_base_url_is_not_duplicated() {
    for end in ["/v1", "/v1/", "/v1//"] {
        let server = Server::start([Act::Respond(http(200, &[], PAGE))]).await;
        list(&builder(&format!("{}{end}", server.url)).build().unwrap())
            .await
            .unwrap();
        assert!(
            server.requests()[0].starts_with("GET /v1/conversations HTTP"),
            "{end}"
        );
    }
}

#[tokio::test]
async fn user_agent_contains_crate_version_and_suffix() {
    let server = Server::start([Act::Respond(http(404, &[], ""))]).await;
    let client = server
        .builder()
        .user_agent_suffix("my-shop/1.2")
        .build()
        .unwrap();
    list(&client).await.unwrap_err();
    let expected = concat!(
        "user-agent: watsi-rust/",
        env!("CARGO_PKG_VERSION"),
        " my-shop/1.2\r\n"
    );
    assert!(server.requests()[0].contains(expected));
}

#[test]
fn config_error_converts_to_error() {
    fn connect() -> Result<Client, watsi::Error> {
        Ok(Client::builder().build()?)
    }
    let error = connect().unwrap_err();
    assert_eq!(error.kind(), watsi::ErrorKind::Config);
    assert_eq!(error.outcome(), watsi::Outcome::NotSent);
    assert_eq!(error.config(), Some(&ConfigError::MissingApiKey));
    // `Display` shows it already.
    assert!(std::error::Error::source(&error).is_none());
}
