//! The headers of a recorded request or response.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

#[derive(Default)]
pub(super) struct Headers(pub HeaderMap);

impl Headers {
    pub fn read(headers: &Value) -> Self {
        let mut map = HeaderMap::new();
        for (name, value) in pairs(headers) {
            // HTTP/2 pseudo-headers such as `:path` are not valid header names.
            let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
                continue;
            };
            // Chrome joins the values of a repeated header with line breaks.
            for line in value.split('\n') {
                if let Ok(value) = HeaderValue::from_bytes(line.trim_ascii().as_bytes()) {
                    // Headers beyond the capacity of the map are skipped.
                    _ = map.try_append(&name, value);
                }
            }
        }
        Headers(map)
    }

    /// Sets the content type from a media type recorded elsewhere, unless there is such a header.
    pub fn or_media(&mut self, media: Option<&str>) {
        let media = media.filter(|media| !media.is_empty() && *media != "x-unknown");
        if let Some(media) = media.and_then(|media| HeaderValue::from_str(media).ok())
            && !self.0.contains_key(CONTENT_TYPE)
        {
            // Appending fails only if the map is full; then the header is missing.
            _ = self.0.try_append(CONTENT_TYPE, media);
        }
    }

    /// Returns the length of the body in bytes, according to the header.
    pub fn length(&self) -> Option<i64> {
        self.0.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }
}

/// Returns the names and values of headers or form fields.
pub(super) fn pairs(list: &Value) -> impl Iterator<Item = (&str, &str)> {
    list.as_array().into_iter().flatten().map(|pair| {
        let text = |name| pair.get(name).and_then(Value::as_str).unwrap_or_default();
        (text("name"), text("value"))
    })
}
