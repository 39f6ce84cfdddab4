//! The contract and the interactive reference.

use http::Method;
use openapi_conformance::Contract;
use watsi_sandbox::Sandbox;

use crate::client::{CONTRACT, HTTP, call};

/// Returns the status code, media type and text of a document.
async fn document(sandbox: &Sandbox, path: &str) -> (u16, String, String) {
    let response = HTTP
        .get(format!("{}{path}", sandbox.uri()))
        .send()
        .await
        .unwrap();
    let media = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (
        response.status().as_u16(),
        media,
        response.text().await.unwrap(),
    )
}

#[tokio::test]
async fn contract_is_served_with_the_url_of_the_sandbox() {
    let sandbox = Sandbox::start().await;
    let (status, media, text) = document(&sandbox, "/openapi.yaml").await;
    assert_eq!((status, media.as_str()), (200, "application/yaml"));
    let served = Contract::parse(&text).unwrap();
    assert_eq!(served.base_url(), sandbox.uri());
    let mut json = served.json().clone();
    json["servers"][0]["url"] = CONTRACT.base_url().into();
    assert_eq!(json, *CONTRACT.json());
}

#[tokio::test]
async fn reference_loads_no_file_from_another_server() {
    let sandbox = Sandbox::start().await;
    let (status, media, page) = document(&sandbox, "/docs").await;
    assert_eq!((status, media.as_str()), (200, "text/html; charset=utf-8"));
    assert!(!page.contains("//"), "{page}");
    let files = page.split('"').filter(|text| text.starts_with("/docs/"));
    let mut count = 0;
    for file in files {
        let (status, _, content) = document(&sandbox, file).await;
        assert_eq!(status, 200, "{file}");
        assert!(content.len() > 50_000, "{file}");
        count += 1;
    }
    assert_eq!(count, 2);
}

#[tokio::test]
async fn root_leads_to_the_page() {
    let sandbox = Sandbox::start().await;
    for path in ["", "/_sandbox"] {
        let (status, media, page) = document(&sandbox, path).await;
        assert_eq!((status, media.as_str()), (200, "text/html; charset=utf-8"));
        assert!(page.contains("<title>Watsi sandbox</title>"));
    }
}

#[tokio::test]
async fn documents_allow_only_get_and_head() {
    let sandbox = Sandbox::start().await;
    for path in ["/docs", "/openapi.yaml"] {
        let response = call(&sandbox, Method::POST, path, None).await;
        assert_eq!(
            (response.status, &response.headers["allow"]),
            (405, &"GET, HEAD".parse().unwrap())
        );
    }
}
