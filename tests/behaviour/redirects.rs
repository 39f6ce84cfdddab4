//! Redirects are not followed, and the API key is not sent to their location.

use watsi::{Error, ErrorKind, Outcome};

use crate::server::{Act, Server, http, list, send};

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

#[track_caller]
fn assert_redirect(error: &Error, status: u16, location: &str) {
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert_eq!(error.location(), Some(location));
    // 307 and 308 mean that the request was not processed; 303 often means that it was.
    assert_eq!(
        error.outcome() == Outcome::Rejected,
        matches!(status, 307 | 308)
    );
}

#[tokio::test]
async fn redirect_to_another_host_is_an_error_with_its_host() {
    for status in STATUSES {
        let other = Server::start([Act::Respond(http(200, &[], "{}"))]).await;
        let target = format!("{}/elsewhere?token=1", other.url);
        let response = http(status, &[("location", &target)], "");
        let server = Server::start([Act::Respond(response)]).await;
        let client = server.client();
        for error in [
            list(&client).await.unwrap_err(),
            send(&client).await.unwrap_err(),
        ] {
            assert_redirect(&error, status, &target);
            let text = error.to_string();
            assert!(text.contains(&other.url), "{text}");
            assert!(!text.contains("token"), "{text}");
        }
        assert_eq!(other.requests(), Vec::<String>::new());
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn redirect_to_the_same_host_is_an_error() {
    for status in STATUSES {
        let response = http(status, &[("location", "/v2/conversations")], "");
        let server = Server::start([Act::Respond(response)]).await;
        let error = list(&server.client()).await.unwrap_err();
        assert_redirect(&error, status, "/v2/conversations");
        // It names no host, since the host is the same.
        assert!(!error.to_string().contains("://"), "{error}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn location_without_a_scheme_names_another_host() {
    let response = http(302, &[("location", "//other.example/x")], "");
    let server = Server::start([Act::Respond(response)]).await;
    let error = list(&server.client()).await.unwrap_err();
    assert!(error.to_string().contains("other.example"), "{error}");
}

/// A custom client may follow redirects, and reqwest then reports the last request.
#[tokio::test]
async fn failed_redirect_of_a_custom_http_client_has_an_unknown_outcome() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}/x", nowhere.local_addr().unwrap());
    drop(nowhere);
    for target in [target.as_str(), "ftp://other.example/"] {
        let server = Server::start([Act::Respond(http(303, &[("location", target)], ""))]).await;
        let http_client = reqwest::Client::builder().no_proxy().build().unwrap();
        let client = server.builder().http_client(http_client).build().unwrap();
        let error = send(&client).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
        assert_eq!(server.requests().len(), 1, "the message was sent again");
    }
}

#[tokio::test]
async fn invalid_location_is_a_redirect_error() {
    for location in ["data:text/html,x", "javascript:0", "http://"] {
        let server = Server::start([Act::Respond(http(302, &[("location", location)], ""))]).await;
        let error = list(&server.client()).await.unwrap_err();
        assert_redirect(&error, 302, location);
    }
}

#[tokio::test]
async fn location_of_another_status_code_is_ignored() {
    for status in [304, 404, 500] {
        let response = http(status, &[("location", "https://other.example/")], "");
        let server = Server::start([Act::Respond(response)]).await;
        let error = send(&server.client()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Status);
        assert_eq!(error.location(), None);
    }
}
