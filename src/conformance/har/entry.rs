//! An entry of a recording, reduced to the properties that are validated.

use http::{Method, StatusCode};
use serde::de::MapAccess;

use super::body::Body;
use super::headers::Headers;
use super::lenient::{Lenient, value};

#[derive(Default)]
pub(super) struct Entry {
    pub request: RecordedRequest,
    pub response: RecordedResponse,
}

#[derive(Default)]
pub(super) struct RecordedRequest {
    pub method: Option<String>,
    pub url: Option<String>,
    pub headers: Headers,
    body: Body,
    /// The size in bytes, as transferred; negative if unknown.
    size: Option<i64>,
}

#[derive(Default)]
pub(super) struct RecordedResponse {
    pub headers: Headers,
    status: Option<i64>,
    body: Body,
    /// The size in bytes, as transferred; negative if unknown.
    size: Option<i64>,
}

impl Entry {
    /// Takes the request body and the response body out of the entry. A body that was not recorded is `None`. Adds
    /// headers from the information stored with the bodies.
    pub fn bodies(
        &mut self,
        method: &Method,
        status: StatusCode,
    ) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        // The recorded content may come from a cache and was not transferred.
        let bare = matches!(status.as_u16(), 100..200 | 204 | 304) || *method == Method::HEAD;
        let received = if bare {
            Some(Vec::new())
        } else {
            self.response.body()
        };
        (self.request.body(), received)
    }
}

impl RecordedRequest {
    fn body(&mut self) -> Option<Vec<u8>> {
        let body = std::mem::take(&mut self.body);
        self.headers.or_media(body.media.as_deref());
        body.bytes(self.size.max(self.headers.length()))
    }
}

impl RecordedResponse {
    /// Returns `None` if there was no response. Recorders then write 0, -1 or nothing.
    pub fn status(&self) -> Option<StatusCode> {
        let status = u16::try_from(self.status?).ok()?;
        StatusCode::from_u16(status).ok()
    }

    fn body(&mut self) -> Option<Vec<u8>> {
        let body = std::mem::take(&mut self.body);
        self.headers.or_media(body.media.as_deref());
        let size = match body.text {
            Some(_) => body.size,
            // Without a text, only a size of zero proves that the body was empty.
            None if body.size == Some(0) => self.size,
            None => Some(1),
        };
        body.bytes(size)
    }
}

impl Lenient for Entry {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "request" => self.request = value(map)?,
            "response" => self.response = value(map)?,
            _ => return ().member(key, map),
        }
        Ok(())
    }
}

impl Lenient for RecordedRequest {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "method" => self.method = value(map)?,
            "url" => self.url = value(map)?,
            "headers" => self.headers = value(map)?,
            "postData" => self.body = value(map)?,
            "bodySize" => self.size = value(map)?,
            _ => return ().member(key, map),
        }
        Ok(())
    }
}

impl Lenient for RecordedResponse {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "status" => self.status = value(map)?,
            "headers" => self.headers = value(map)?,
            "content" => self.body = value(map)?,
            "bodySize" => self.size = value(map)?,
            _ => return ().member(key, map),
        }
        Ok(())
    }
}
