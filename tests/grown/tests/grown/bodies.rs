//! Request bodies that are not plain JSON.

use bytes::Bytes;
use futures_util::stream;
use grown::types::{
    CreateTagRequest, Preview, SendMessageRequest, Upload, UploadMediaRequest,
    UploadMediaRequestPurpose,
};
use serde_json::{Value, json};

use crate::server::Server;

#[tokio::test]
async fn merge_patch_has_its_media_type() {
    let server = Server::json(200, Value::Null).await;
    let request = grown::types::UpdateCustomerRequest::new();
    server
        .client
        .update_customer("c", request)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.header("content-type").await.unwrap(),
        "application/merge-patch+json"
    );
}

#[tokio::test]
async fn form_has_scalars_and_repeated_arrays() {
    let server = Server::json(200, json!({"name": "n"})).await;
    let request = CreateTagRequest::new("a b&c=ü")
        .weights([1, 2])
        .hidden(false);
    server.client.create_tag(request).send().await.unwrap();
    let body = server.request().await.body;
    assert_eq!(
        String::from_utf8(body).unwrap(),
        "hidden=false&name=a+b%26c%3D%C3%BC&weights=1&weights=2"
    );
    assert_eq!(
        server.header("content-type").await.unwrap(),
        "application/x-www-form-urlencoded"
    );
}

#[tokio::test]
async fn null_and_empty_arrays_are_not_in_a_form() {
    let server = Server::json(200, json!({"name": "n"})).await;
    let none: [i64; 0] = [];
    let request = CreateTagRequest::new("n").color_null().weights(none);
    server.client.create_tag(request).send().await.unwrap();
    assert_eq!(server.request().await.body, b"name=n");
}

#[tokio::test]
async fn text_is_sent_as_it_is() {
    let server = Server::empty(204).await;
    server
        .client
        .import_customers("name\nZoë\n")
        .send()
        .await
        .unwrap();
    let request = server.request().await;
    assert_eq!(request.body, "name\nZoë\n".as_bytes());
    assert_eq!(request.headers["content-type"], "text/csv");
}

#[tokio::test]
async fn optional_body_is_absent_or_sent() {
    let preview = json!({"text": "t", "footer": null});
    let server = Server::json(200, preview.clone()).await;
    server.client.preview_template("n").send().await.unwrap();
    let request = server.request().await;
    assert!(request.body.is_empty() && !request.headers.contains_key("content-type"));

    let server = Server::json(200, preview.clone()).await;
    let call = server.client.preview_template("n").body(Preview::new("t"));
    call.send().await.unwrap();
    assert_eq!(server.body().await, preview);
}

#[tokio::test]
async fn array_is_a_body() {
    let server = Server::json(200, json!([])).await;
    let messages = ["a", "b"].map(|text| SendMessageRequest::new("c", text));
    server.client.send_batch(messages).send().await.unwrap();
    let expected =
        json!([{"conversation_id": "c", "body": "a"}, {"conversation_id": "c", "body": "b"}]);
    assert_eq!(server.body().await, expected);
}

/// The body of a multipart request, with a short boundary.
async fn form(server: &Server) -> String {
    let content_type = server.header("content-type").await.unwrap();
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let body = String::from_utf8(server.request().await.body).unwrap();
    body.replace(boundary, "B")
}

#[tokio::test]
async fn upload_has_fields_and_files() {
    let server = Server::json(201, json!({"id": "m"})).await;
    let file = Upload::new("PNG")
        .file_name("Zoë \"1\"\r\n.png")
        .media_type("image/png\r\nX-Evil: b");
    let request = UploadMediaRequest::new(file, UploadMediaRequestPurpose::Avatar)
        .caption("é\n")
        .tags(["a", "b"])
        .thumbnails([b"1".to_vec()]);
    let sent = server.client.upload_media(request).send().await.unwrap();
    assert_eq!(sent.id, "m");
    let part = |head: &str, body: &str| {
        format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
    };
    let expected = [
        part("name=\"caption\"", "é\n"),
        part(
            "name=\"file\"; filename=\"Zoë %221%22%0D%0A.png\"\r\nContent-Type: image/pngX-Evil: b",
            "PNG",
        ),
        part("name=\"purpose\"", "avatar"),
        part("name=\"tags\"", "a"),
        part("name=\"tags\"", "b"),
        part(
            "name=\"thumbnails\"; filename=\"file\"\r\nContent-Type: application/octet-stream",
            "1",
        ),
        "--B--\r\n".to_owned(),
    ];
    assert_eq!(form(&server).await, expected.concat());
}

#[tokio::test]
async fn object_in_a_form_is_json() {
    let server = Server::json(201, json!({"id": "m"})).await;
    let meta = std::collections::HashMap::from([("a".to_owned(), "b".to_owned())]);
    let request = UploadMediaRequest::new("x", "message").meta(meta);
    server.client.upload_media(request).send().await.unwrap();
    let expected = "name=\"meta\"\r\nContent-Type: application/json\r\n\r\n{\"a\":\"b\"}\r\n";
    assert!(form(&server).await.contains(expected));
}

#[tokio::test]
async fn stream_is_uploaded_once() {
    let server = Server::json(201, json!({"id": "m"})).await;
    let chunks = ["a", "b"].map(|chunk| Ok(Bytes::from(chunk)));
    let file = Upload::stream(stream::iter(chunks)).file_name("f");
    server
        .client
        .upload_media(UploadMediaRequest::new(file, "message"))
        .send()
        .await
        .unwrap();
    assert!(form(&server).await.contains("\r\n\r\nab\r\n--B\r\n"));
}

#[test]
fn debug_output_of_an_upload_shows_no_content_and_no_file_name() {
    let shown = format!("{:?}", Upload::new("secret").file_name("Maria.png"));
    assert!(!shown.contains("secret") && !shown.contains("Maria"));
}

#[tokio::test]
async fn raw_body_has_the_media_type_of_the_contract_or_of_the_upload() {
    let server = Server::empty(202).await;
    server
        .client
        .replace_media("m", vec![0, 255])
        .send()
        .await
        .unwrap();
    let request = server.request().await;
    assert_eq!(request.body, [0, 255]);
    assert_eq!(request.headers["content-type"], "application/octet-stream");

    let server = Server::empty(202).await;
    let upload = Upload::new("x").media_type("image/webp");
    server
        .client
        .replace_media("m", upload)
        .send()
        .await
        .unwrap();
    assert_eq!(server.header("content-type").await.unwrap(), "image/webp");
}

#[tokio::test]
async fn broken_stream_is_an_error() {
    let server = Server::empty(202).await;
    let chunks = [
        Ok(Bytes::from("a")),
        Err(std::io::Error::other("the disk failed")),
    ];
    let upload = Upload::stream(stream::iter(chunks));
    server
        .client
        .replace_media("m", upload)
        .send()
        .await
        .unwrap_err();
}
