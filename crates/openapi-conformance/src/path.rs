//! Path templates.

use percent_encoding::percent_decode_str;

/// Returns whether a path matches a template. A parameter matches one non-empty segment.
pub(super) fn matches(template: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let mut templates = template.split('/');
    loop {
        match (templates.next(), segments.next()) {
            (None, None) => return true,
            (Some(template), Some(segment)) if value(template, segment).is_some() => {}
            _ => return false,
        }
    }
}

/// Returns the parameters of a template with their texts in a path, which may start with the base URL's path. Returns
/// none if the path does not match.
pub(super) fn values<'t>(template: &'t str, path: &'t str) -> Vec<(&'t str, &'t str)> {
    let mut values = Vec::new();
    let mut segments = path.rsplit('/');
    for template in template
        .rsplit('/')
        .take_while(|template| !template.is_empty())
    {
        let text = segments.next().and_then(|segment| value(template, segment));
        let Some(text) = text else {
            return Vec::new();
        };
        let names: Vec<_> = names(template).collect();
        if let [name] = names[..] {
            values.push((name, text));
        }
    }
    values
}

/// Returns the parameters that share a segment with another one. Their texts cannot be told apart.
pub(super) fn combined_parameters(template: &str) -> Vec<&str> {
    let segments = template.split('/').map(|segment| names(segment).collect());
    let combined = segments.filter(|names: &Vec<_>| names.len() > 1);
    combined.flatten().collect()
}

fn names(template: &str) -> impl Iterator<Item = &str> {
    let parts = template.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0))
}

/// Returns the text of a parameter in a segment, which may have other text around it: `{id}.json`. A segment without a
/// parameter has an empty text.
fn value<'s>(template: &str, segment: &'s str) -> Option<&'s str> {
    if let Some((before, rest)) = template.split_once('{')
        && let Some((_, after)) = rest.rsplit_once('}')
    {
        let text = segment.strip_prefix(before)?.strip_suffix(after)?;
        return (!text.is_empty()).then_some(text);
    }
    let is_same =
        template == segment || percent_decode_str(template).eq(percent_decode_str(segment));
    is_same.then_some("")
}
