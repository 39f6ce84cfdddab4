//! Redirects are not followed, and the key never goes to where they lead.

use watsi::{Delivery, Error, ErrorKind};

use crate::server::{Act, Server, http, list, send};

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

#[track_caller]
fn assert_redirect(error: &Error, status: u16, location: &str) {
    assert_eq!(error.kind(), ErrorKind::Redirect);
    assert_eq!(error.status().unwrap().as_u16(), status);
    assert_eq!(error.location(), Some(location));
    assert_eq!(error.delivery(), Delivery::Rejected);
}

#[tokio::test]
async fn a_redirect_to_another_host_is_an_error_that_says_where_to() {
    for status in STATUSES {
        let other = Server::start([Act::Answer(http(200, &[], "{}"))]).await;
        let target = format!("{}/elsewhere?token=1", other.url);
        let answer = http(status, &[("location", &target)], "");
        let server = Server::start([Act::Answer(answer)]).await;
        let client = server.builder().build().unwrap();
        for error in [
            list(&client).await.unwrap_err(),
            send(&client).await.unwrap_err(),
        ] {
            assert_redirect(&error, status, &target);
            let text = error.to_string();
            assert!(
                text.contains(&format!("redirected to {}", other.url)),
                "{text}"
            );
            assert!(!text.contains("token"), "{text}");
        }
        assert_eq!(other.requests(), Vec::<String>::new());
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_redirect_on_the_same_host_is_an_error_too() {
    for status in STATUSES {
        let answer = http(status, &[("location", "/v2/conversations")], "");
        let server = Server::start([Act::Answer(answer)]).await;
        let error = list(&server.builder().build().unwrap()).await.unwrap_err();
        assert_redirect(&error, status, "/v2/conversations");
        assert!(
            error.to_string().contains("redirected on the same server"),
            "{error}"
        );
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_location_without_a_scheme_is_another_host() {
    let answer = http(302, &[("location", "//other.example/x")], "");
    let server = Server::start([Act::Answer(answer)]).await;
    let error = list(&server.builder().build().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("other.example"), "{error}");
}

#[tokio::test]
async fn a_redirect_status_that_leads_nowhere_is_a_status() {
    let server = Server::start([Act::Answer(http(304, &[], ""))]).await;
    let error = list(&server.builder().build().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.location(), None);
}
