//! The interactive reference: Swagger UI for the contract.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::{Value, json};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;
use zip::result::ZipError;

use super::Document;
use crate::shared::Shared;

/// The Swagger UI files that the page needs, and their media types.
const FILES: [(&str, &str); 2] = [
    ("swagger-ui.css", "text/css; charset=utf-8"),
    ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
];

/// Unpacked when the page is first requested.
static UNPACKED: LazyLock<HashMap<&'static str, Bytes>> =
    LazyLock::new(|| unpack().expect("the vendored Swagger UI is a valid archive"));

fn unpack() -> Result<HashMap<&'static str, Bytes>, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    let mut files = HashMap::new();
    for index in 0..archive.len() {
        let mut packed = archive.by_index(index)?;
        let name = packed.name()?.into_owned();
        let wanted = FILES
            .iter()
            .find(|(file, _)| name.ends_with(&format!("dist/{file}")));
        if let Some((file, _)) = wanted {
            let mut content = Vec::new();
            packed.read_to_end(&mut content)?;
            files.insert(*file, content.into());
        }
    }
    Ok(files)
}

/// Returns a file of Swagger UI.
pub fn file(wanted: &str) -> Option<Document> {
    let (name, media) = FILES.iter().find(|(name, _)| *name == wanted)?;
    let body = UNPACKED.get(name)?.clone();
    Some(Document { media, body })
}

/// Returns the contract without the examples of optional parameters. The page would fill them in, and so request only
/// what matches all of them.
pub fn contract(shared: &Shared) -> Value {
    let mut contract = shared.api.contract.json().clone();
    contract["servers"] = json!([{"url": shared.uri, "description": "This sandbox"}]);
    let components = contract["components"].clone();
    let items = contract["paths"].as_object_mut().into_iter().flatten();
    for (key, part) in items.flat_map(|(_, item)| item.as_object_mut().into_iter().flatten()) {
        let parameters = if key == "parameters" {
            part.as_array_mut()
        } else if let Some(operation) = part.as_object_mut() {
            operation.get_mut("responses").map(without_ranges);
            operation
                .get_mut("parameters")
                .and_then(Value::as_array_mut)
        } else {
            None
        };
        for parameter in parameters.into_iter().flatten() {
            without_example(parameter, &components);
        }
    }
    contract
}

/// Removes the examples of an optional parameter. References are replaced with what they refer to.
fn without_example(parameter: &mut Value, components: &Value) {
    resolve(parameter, components);
    if parameter["required"] == Value::Bool(true) {
        return;
    }
    for pointer in ["/schema", ""] {
        if let Some(part) = parameter.pointer_mut(pointer) {
            resolve(part, components);
            part.as_object_mut().map(|part| part.remove("example"));
        }
    }
}

fn resolve(value: &mut Value, components: &Value) {
    let reference = value["$ref"].as_str();
    let component =
        reference.and_then(|reference| components.pointer(reference.strip_prefix("#/components")?));
    if let Some(component) = component {
        *value = component.clone();
    }
}

/// Replaces status code ranges, which the page does not support, with the status codes that the sandbox uses.
fn without_ranges(responses: &mut Value) {
    let Some(documented) = responses.as_object_mut().map(std::mem::take) else {
        return;
    };
    let documented = documented.into_iter();
    let responses_by_code = documented.map(|(key, response)| (key.replace('X', "0"), response));
    *responses = responses_by_code.collect();
}

/// Returns a page that is already authorized with the sandbox's API key and requests nothing from other servers.
pub fn page(api_key: &str) -> String {
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Watsi API: sandbox</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="reference"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script>
    const ui = SwaggerUIBundle({{
      url: '/docs/contract.json',
      dom_id: '#reference',
      defaultModelsExpandDepth: 0,
      deepLinking: true,
      tryItOutEnabled: true,
      validatorUrl: 'none',
      onComplete: () => ui.preauthorizeApiKey('apiKey', {api_key}),
    }});
  </script>
</body>
</html>
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sandbox;

    #[tokio::test]
    async fn reference_fills_in_no_optional_parameter() {
        let mut document: Value = Sandbox::start().await.shared.api.contract.json().clone();
        let item = &mut document["paths"]["/conversations"];
        let status = item["get"]["parameters"][2].clone();
        document["components"]["parameters"]["Status"] = status;
        let item = &mut document["paths"]["/conversations"];
        item["get"]["parameters"][2] = json!({"$ref": "#/components/parameters/Status"});
        item["parameters"] = json!([item["get"]["parameters"].as_array_mut().unwrap().remove(3)]);
        let builder = Sandbox::builder().contract(&document.to_string());
        let sandbox = builder.start().await.unwrap();
        let reference = contract(&sandbox.shared);
        let item = &reference["paths"]["/conversations"];
        for (parameters, count) in [(&item["get"]["parameters"], 3), (&item["parameters"], 1)] {
            let parameters = parameters.as_array().unwrap();
            assert!(parameters.len() >= count);
            for parameter in parameters {
                assert_eq!(parameter.get("example"), None);
                assert_eq!(parameter.get("$ref"), None);
                assert_eq!(parameter["schema"].get("example"), None);
                assert_eq!(parameter["schema"].get("$ref"), None);
            }
        }
    }
}
