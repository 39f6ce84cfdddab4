//! The headers of a recorded request or response.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::{MapAccess, SeqAccess};

use super::lenient::{As, Lenient, value};

#[derive(Default)]
pub(super) struct Headers(pub HeaderMap);

impl Headers {
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

impl Lenient for Headers {
    fn item<'de, A: SeqAccess<'de>>(&mut self, list: &mut A) -> Result<Option<()>, A::Error> {
        let Some(As(pair)) = list.next_element::<As<Pair>>()? else {
            return Ok(None);
        };
        // HTTP/2 pseudo-headers such as `:path` are not valid header names.
        let name = pair.name.unwrap_or_default();
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
            return Ok(Some(()));
        };
        // Chrome joins the values of a repeated header with line breaks.
        for line in pair.value.unwrap_or_default().split('\n') {
            if let Ok(value) = HeaderValue::from_bytes(line.trim_ascii().as_bytes()) {
                // Headers beyond the capacity of the map are skipped.
                _ = self.0.try_append(&name, value);
            }
        }
        Ok(Some(()))
    }
}

/// A name and a value: a header or a form field.
#[derive(Default)]
pub(super) struct Pair {
    pub name: Option<String>,
    pub value: Option<String>,
}

impl Lenient for Pair {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "name" => self.name = value(map)?,
            "value" => self.value = value(map)?,
            _ => return ().member(key, map),
        }
        Ok(())
    }
}
