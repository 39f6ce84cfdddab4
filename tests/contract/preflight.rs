//! A contract that cannot be served is refused, with its place and a reason.

use serde_json::{Value, json};

use crate::build::preflight::findings;
use crate::contract::CONTRACT;

const LIST: &str = "/paths/~1conversations/get";
const SEND: &str = "/paths/~1messages/post";
const PAGE: &str = "/components/schemas/ConversationPage";
const STATUS: &str = "/components/schemas/ConversationStatus";
const CUSTOMER: &str = "/components/schemas/Customer";
const BODY: &str = "/paths/~1messages/post/requestBody/content/application~1json";

fn refusals(contract: &Value) -> Vec<String> {
    findings(contract).iter().map(ToString::to_string).collect()
}

/// The contract with `value` at `pointer` is refused there, for a reason that says `why`.
#[track_caller]
fn assert_refused(pointer: &str, value: Value, at: &str, why: &str) {
    let mut contract = CONTRACT.clone();
    put(&mut contract, pointer, value);
    let found = refusals(&contract);
    let place = format!("openapi.yaml#{at}: ");
    let hit = found
        .iter()
        .any(|line| line.starts_with(&place) && line.contains(why));
    assert!(hit, "no finding at {at} that says `{why}` in {found:#?}");
}

#[track_caller]
fn assert_refused_without(pointer: &str, at: &str, why: &str) {
    assert_refused(pointer, Value::Null, at, why);
}

/// Sets the value at `pointer`; null removes it.
pub fn put(contract: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = contract
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("no {parent}"));
    let key = key.replace("~1", "/").replace("~0", "~");
    match parent {
        Value::Object(object) if value.is_null() => drop(object.remove(&key).expect("a key")),
        Value::Object(object) => drop(object.insert(key, value)),
        Value::Array(items) => match key.parse::<usize>() {
            Ok(index) => items[index] = value,
            Err(_) => items.push(value),
        },
        _ => panic!("{pointer} is in no object or list"),
    }
}

#[test]
fn a_text_or_a_number_of_another_kind_is_named() {
    let cases = [
        ("/tags/0/externalDocs/url", "text"),
        ("/paths/~1conversations/get/summary", "text"),
        ("/components/schemas/Customer/description", "text"),
        ("/components/schemas/Customer/properties/phone/type", "text"),
        (
            "/paths/~1conversations/get/parameters/0/schema/maximum",
            "number",
        ),
    ];
    for (pointer, kind) in cases {
        let why = format!("of another kind than {kind}");
        assert_refused(pointer, json!([]), pointer, &why);
    }
}

#[test]
fn a_composition_in_a_composition_is_named() {
    let event = "/x-webhooks/message.received/post/requestBody/content/application~1json/schema";
    for (key, value) in [("allOf", json!([])), ("additionalProperties", json!(true))] {
        let at = format!("{event}/allOf/1/{key}");
        assert_refused(&at, value, &at, "a part of `allOf` has no");
    }
}

#[test]
fn the_contract_itself_is_served() {
    assert_eq!(refusals(&CONTRACT), Vec::<String>::new());
}

#[test]
fn misspelt_keys_are_named() {
    let cases = [
        (PAGE, "requried", json!(["chats"]), "not a key of a schema"),
        (
            STATUS,
            "x-extensible-enums",
            json!(["a"]),
            "not a key of a schema",
        ),
        (LIST, "sumary", json!("List"), "not a key of an operation"),
        (BODY, "exmaples", json!({}), "not a key of a media type"),
        ("/info", "titel", json!("x"), "not a key of info"),
        (
            "/components",
            "schema",
            json!({}),
            "not a key of components",
        ),
        (
            "/paths/~1messages",
            "psot",
            json!({}),
            "not a key of a path",
        ),
        (
            "/paths/~1conversations/get/parameters/0",
            "reqired",
            json!(true),
            "not a key of a parameter",
        ),
        (
            "/components/securitySchemes/apiKey",
            "bearer",
            json!("x"),
            "not a key of a security scheme",
        ),
    ];
    for (parent, key, value, why) in cases {
        let place = format!("{parent}/{key}");
        assert_refused(&place, value, &place, why);
    }
}

#[test]
fn what_the_generator_ignores_or_changes_is_named() {
    let limit = "/paths/~1conversations/get/parameters/0";
    let cases = [
        (limit, "explode", json!(false), "explode: true"),
        (limit, "style", json!("pipeDelimited"), "default style"),
        (limit, "deprecated", json!(true), "ignores it"),
        (LIST, "deprecated", json!(true), "ignores it"),
        (LIST, "security", json!([]), "authenticates every call"),
        (LIST, "callbacks", json!({}), "x-webhooks"),
        (STATUS, "enum", json!(["open"]), "x-extensible-enum"),
        (STATUS, "minLength", json!(1), "reject responses"),
        (PAGE, "oneOf", json!([{"type": "object"}]), "invents names"),
        (
            PAGE,
            "additionalProperties",
            json!(true),
            "unknown properties",
        ),
        (PAGE, "title", json!("Page"), "type's name"),
        (PAGE, "nullable", json!(true), "at a property"),
        (
            PAGE,
            "discriminator",
            json!({"propertyName": "a"}),
            "ignores it",
        ),
        (
            &format!("{CUSTOMER}/properties/name"),
            "default",
            json!("x"),
            "would send it",
        ),
        (
            &format!("{CUSTOMER}/properties/name"),
            "format",
            json!("uuid"),
            "a format",
        ),
        (
            &format!("{PAGE}/properties/chats"),
            "uniqueItems",
            json!(true),
            "make a set",
        ),
    ];
    for (parent, key, value, why) in cases {
        let place = format!("{parent}/{key}");
        // Some keys are refused where they stand, and some for what they make of their schema.
        let at = match key {
            "nullable" => parent.to_owned(),
            "default" => parent.to_owned(),
            _ => place.clone(),
        };
        assert_refused(&place, value, &at, why);
    }
}

#[test]
fn what_is_missing_is_named() {
    let cases = [
        ("/openapi", "", "`openapi`"),
        ("/info/version", "/info", "`version` is missing"),
        ("/servers", "", "exactly one server"),
        ("/security", "", "`security`"),
        (
            &format!("{LIST}/operationId"),
            LIST,
            "`operationId` is missing",
        ),
        (&format!("{LIST}/summary"), LIST, "`summary` is missing"),
        (
            &format!("{LIST}/description"),
            LIST,
            "`description` is missing",
        ),
        (
            &format!("{LIST}/externalDocs"),
            LIST,
            "`externalDocs` is missing",
        ),
        (&format!("{LIST}/tags"), LIST, "`tags` is missing"),
        (&format!("{LIST}/responses/2XX"), LIST, "(`2XX`) is missing"),
        (
            &format!("{LIST}/parameters/0/example"),
            &format!("{LIST}/parameters/0"),
            "`example` is missing",
        ),
        (
            &format!("{LIST}/parameters/0/schema"),
            &format!("{LIST}/parameters/0"),
            "`schema` is missing",
        ),
        (&format!("{BODY}/schema"), BODY, "`schema` is missing"),
        (
            &format!("{BODY}/examples"),
            BODY,
            "a named example is missing",
        ),
        (
            &format!("{SEND}/requestBody/required"),
            &format!("{SEND}/requestBody"),
            "always sends the body",
        ),
        (
            &format!("{PAGE}/description"),
            PAGE,
            "`description` is missing",
        ),
        (
            &format!("{CUSTOMER}/properties/name/description"),
            &format!("{CUSTOMER}/properties/name"),
            "`description` is missing",
        ),
        (
            &format!("{CUSTOMER}/properties/name/type"),
            &format!("{CUSTOMER}/properties/name"),
            "`type` is",
        ),
        (
            &format!("{PAGE}/properties/chats/items"),
            &format!("{PAGE}/properties/chats"),
            "`items` is missing",
        ),
        (
            &format!("{CUSTOMER}/properties"),
            CUSTOMER,
            "an object has `properties`",
        ),
        (
            "/components/securitySchemes/apiKey/description",
            "/components/securitySchemes/apiKey",
            "`description` is missing",
        ),
    ];
    for (pointer, at, why) in cases {
        assert_refused_without(pointer, at, why);
    }
}

#[test]
fn what_the_generator_panics_on_is_named() {
    let text = json!({"type": "string"});
    let media = json!({"schema": text, "examples": {"a": {"value": "b"}}});
    let parameter = |name: &str, place: &str, schema: Value| json!({"name": name, "in": place, "required": true, "description": "d", "schema": schema, "example": "e"});
    let item = json!({"$ref": "#/components/schemas/Conversation"});
    let response = json!({"description": "d", "content": {"application/json": {
        "schema": text, "examples": {"a": {"value": "b"}}
    }}});
    let at = |tail: &str| format!("{LIST}{tail}");
    let cases = [
        (
            at("/responses/200"),
            response,
            at("/responses/200"),
            "have one type",
        ),
        (
            format!("{SEND}/requestBody/content/text~1plain"),
            media,
            format!("{SEND}/requestBody/content"),
            "one media type",
        ),
        (
            at("/parameters/-"),
            parameter("Limit", "query", text.clone()),
            at("/parameters/4"),
            "would be one method",
        ),
        (
            at("/parameters/-"),
            parameter("filter", "query", item),
            at("/parameters/4/schema"),
            "scalar",
        ),
        (
            at("/parameters/-"),
            parameter("send", "query", text.clone()),
            at("/parameters/4"),
            "taken by the builder",
        ),
        (
            at("/parameters/-"),
            parameter("session", "cookie", text.clone()),
            at("/parameters/4"),
            "path, query or header",
        ),
        (
            at("/parameters/-"),
            parameter("chat", "path", text),
            LIST.to_owned(),
            "not both in the path",
        ),
        (
            format!("{PAGE}/properties/chats/items/$ref"),
            json!("other.yaml#/A"),
            format!("{PAGE}/properties/chats/items/$ref"),
            "no component",
        ),
        (
            format!("{PAGE}/properties/chats/items/$ref"),
            json!("#/components/schemas/Missing"),
            format!("{PAGE}/properties/chats/items/$ref"),
            "no component",
        ),
        (
            format!("{SEND}/operationId"),
            json!("list_conversations"),
            SEND.to_owned(),
            "stands twice",
        ),
        (
            format!("{SEND}/operationId"),
            json!("sendMessage"),
            SEND.to_owned(),
            "`send_message`",
        ),
        (
            at("/responses/default"),
            json!({"description": "d"}),
            at("/responses/default"),
            "a status is",
        ),
        (
            at("/responses/302"),
            json!({"description": "d"}),
            at("/responses/302"),
            "a status is",
        ),
    ];
    for (pointer, value, place, why) in cases {
        assert_refused(&pointer, value, &place, why);
    }
}

#[test]
fn what_would_get_a_wrong_name_is_named() {
    let inline = json!({"type": "object", "description": "d", "properties": {"a": {"type": "string", "description": "d"}}});
    let text = json!({"type": "string", "description": "d"});
    let cases = [
        (
            format!("{CUSTOMER}/properties/extra"),
            inline,
            format!("{CUSTOMER}/properties/extra"),
            "is a component",
        ),
        (
            format!("{CUSTOMER}/properties/Name"),
            text.clone(),
            format!("{CUSTOMER}/properties/name"),
            "one field",
        ),
        (
            "/components/schemas/chat_state".to_owned(),
            text,
            "/components/schemas/chat_state".to_owned(),
            "`ChatState`",
        ),
        (
            format!("{SEND}/operationId"),
            json!("from_env"),
            SEND.to_owned(),
            "uses the name `from_env`",
        ),
        (
            format!("{SEND}/operationId"),
            json!("option"),
            SEND.to_owned(),
            "uses the name `option`",
        ),
        (
            "/components/schemas/Alias".to_owned(),
            json!({"$ref": "#/components/schemas/Channel"}),
            "/components/schemas/Alias".to_owned(),
            "no second name",
        ),
        (
            "/components/schemas/Default".to_owned(),
            json!({"type": "string", "description": "d"}),
            "/components/schemas/Default".to_owned(),
            "uses the name",
        ),
        (
            format!("{PAGE}/required"),
            json!(["chats", "has_more"]),
            format!("{PAGE}/required/1"),
            "has no `has_more`",
        ),
        (
            format!("{STATUS}/x-extensible-enum"),
            json!(["open", "OPEN"]),
            STATUS.to_owned(),
            "one variant",
        ),
        (
            format!("{STATUS}/x-extensible-enum"),
            json!([]),
            STATUS.to_owned(),
            "a list of texts",
        ),
        (
            format!("{CUSTOMER}/properties/name/x-extensible-enum"),
            json!(["a"]),
            format!("{CUSTOMER}/properties/name"),
            "component of its own",
        ),
        (
            format!("{PAGE}/properties/chats/items/description"),
            json!("d"),
            format!("{PAGE}/properties/chats/items"),
            "beside `$ref`",
        ),
    ];
    for (pointer, value, place, why) in cases {
        assert_refused(&pointer, value, &place, why);
    }
}

#[test]
fn operations_whose_builders_would_have_one_name_are_named() {
    let mut contract = CONTRACT.clone();
    put(
        &mut contract,
        &format!("{SEND}/operationId"),
        json!("get_c1"),
    );
    put(
        &mut contract,
        "/paths/~1webhooks/post/operationId",
        json!("get_c_1"),
    );
    let found = refusals(&contract);
    assert!(found[0].contains("stands twice, or nearly"), "{found:#?}");
}

#[test]
fn values_of_another_kind_are_named() {
    let cases = [
        (format!("{PAGE}/required"), json!("chats"), "kind than list"),
        (format!("{PAGE}/properties"), json!(null), "an object has"),
        (
            format!("{CUSTOMER}/properties/name/nullable"),
            json!("yes"),
            "kind than boolean",
        ),
        (format!("{LIST}/parameters"), json!({}), "kind than list"),
        (format!("{BODY}/examples"), json!([]), "kind than object"),
        (format!("{LIST}/responses"), json!([]), "kind than object"),
    ];
    for (pointer, value, why) in cases {
        let at = if value.is_null() { PAGE } else { &pointer };
        assert_refused(&pointer, value.clone(), at, why);
    }
}

#[test]
fn what_would_make_another_type_beside_a_reference_is_named() {
    let property = "/components/schemas/Conversation/properties/agent_id";
    for (key, value) in [
        ("required", json!(["a"])),
        ("properties", json!({})),
        ("format", json!("date-time")),
        ("maximum", json!(1)),
    ] {
        let pointer = format!("{property}/{key}");
        assert_refused(&pointer, value, &pointer, "makes another type");
    }
}

#[test]
fn addresses_that_a_client_cannot_write_are_named() {
    let item = json!({});
    for path in ["/c//d", "/c?x=1", "/c#f", "/c/{a", "/../a", "/c/", "c"] {
        let pointer = format!("/paths/{}", path.replace('/', "~1"));
        assert_refused(
            &pointer,
            item.clone(),
            &pointer,
            "a path begins with a slash",
        );
    }
    for url in [
        "/api",
        "not a url",
        "https://a?b=c",
        "https://{a}.example",
        "https://a/",
    ] {
        assert_refused(
            "/servers/0/url",
            json!(url),
            "/servers/0",
            "an absolute URL",
        );
    }
}

#[test]
fn headers_that_a_caller_cannot_set_are_named() {
    let header = |name: &str| {
        json!({
            "name": name, "in": "header", "description": "d",
            "schema": {"type": "string"}, "example": "e",
        })
    };
    let pointer = format!("{LIST}/parameters/-");
    let at = format!("{LIST}/parameters/4");
    for name in ["Host", "User-Agent", "api-version", "Authorization"] {
        assert_refused(&pointer, header(name), &at, "not a caller's to set");
    }
    for name in ["X P", "X:P", "\u{dc}n\u{ef}", ""] {
        assert_refused(&pointer, header(name), &at, "letters, digits and dashes");
    }
    let mut instant = header("X-At");
    instant["schema"]["format"] = json!("date-time");
    assert_refused(
        &pointer,
        instant,
        &format!("{at}/schema"),
        "in a query only",
    );
}

#[test]
fn what_else_the_generator_would_get_wrong_is_named() {
    let response = json!({"$ref": "#/components/responses/Conflict"});
    let page = CONTRACT
        .pointer(&format!("{LIST}/responses/2XX"))
        .unwrap()
        .clone();
    let cases = [
        (
            format!("{LIST}/responses/2XX"),
            response,
            format!("{LIST}/responses/2XX"),
            "at its operation",
        ),
        (
            format!("{LIST}/responses/204"),
            page,
            format!("{LIST}/responses/204"),
            "204 has no content",
        ),
        (
            format!("{LIST}/operationId"),
            json!("1a"),
            LIST.to_owned(),
            "a method's name",
        ),
        (
            format!("{LIST}/operationId"),
            json!("new"),
            LIST.to_owned(),
            "uses the name",
        ),
        (
            "/info/version".to_owned(),
            json!("v1 \u{2013} M\u{e4}rz"),
            "/info".to_owned(),
            "visible ASCII",
        ),
        (
            format!("{PAGE}/description"),
            json!("```\nx\n```"),
            format!("{PAGE}/description"),
            "code in a description",
        ),
        (
            format!("{CUSTOMER}/properties"),
            json!({}),
            CUSTOMER.to_owned(),
            "is empty",
        ),
        (
            format!("{CUSTOMER}/x-sensitive"),
            json!(true),
            format!("{CUSTOMER}/x-sensitive"),
            "component without any",
        ),
        (
            format!("{STATUS}/x-sensitive"),
            json!(true),
            format!("{STATUS}/x-sensitive"),
            "component without any",
        ),
        (
            format!("{CUSTOMER}/properties/name/example"),
            json!("x"),
            format!("{CUSTOMER}/properties/name"),
            "stands at a component",
        ),
    ];
    for (pointer, value, place, why) in cases {
        assert_refused(&pointer, value, &place, why);
    }
}

#[test]
fn a_parameter_that_the_generated_code_hides_is_named() {
    let name = format!("{LIST}/parameters/2/name");
    let place = format!("{LIST}/parameters/2");
    assert_refused(&name, json!("items_from"), &place, "taken by the builder");
}

#[test]
fn a_parameter_that_is_no_scalar_is_named() {
    let schema = format!("{LIST}/parameters/0/schema");
    let map = json!({"type": "object", "additionalProperties": true});
    let list = json!({"type": "array", "items": {"type": "string"}});
    let component = json!({"$ref": "#/components/schemas/Customer"});
    for value in [map, list, component] {
        assert_refused(&schema, value, &schema, "a parameter is a scalar");
    }
}

#[test]
fn a_mark_of_sensitivity_that_marks_nothing_is_named() {
    let places = [
        (
            format!("{LIST}/parameters/0/schema/x-sensitive"),
            json!(true),
        ),
        (
            format!("{CUSTOMER}/properties/name/x-sensitive"),
            json!(false),
        ),
        (
            format!("{CUSTOMER}/properties/name/x-sensitive"),
            json!("yes"),
        ),
    ];
    for (pointer, value) in places {
        assert_refused(&pointer, value, &pointer, "`x-sensitive` is true");
    }
}

#[test]
fn security_that_the_hooks_do_not_serve_is_named() {
    let scheme = "/components/securitySchemes/apiKey";
    assert_refused(
        &format!("{scheme}/scheme"),
        json!("basic"),
        scheme,
        "scheme bearer",
    );
    assert_refused(
        &format!("{scheme}/type"),
        json!("apiKey"),
        scheme,
        "type http",
    );
    assert_refused("/security", json!([]), "", "`security` names");
}

#[test]
fn an_event_that_its_type_does_not_list_is_named() {
    let types = "/components/schemas/EventType/x-extensible-enum";
    let event = "/x-webhooks/contact.created";
    assert_refused(types, json!(["contact.updated"]), event, "`EventType`");
    assert_refused(event, json!({"put": {}}), event, "an event is a `post`");
}

#[test]
fn a_cursor_list_without_what_its_stream_needs_is_named() {
    let list = format!("{LIST}/x-cursor-list");
    for (key, value) in [
        ("items", "hasMore"),
        ("items", "absent"),
        ("id", "customer"),
        ("id", "company_id"),
        ("id", "last_message_at"),
        ("timestamp", "status"),
        ("more", "chats"),
        ("more", "absent"),
    ] {
        let pointer = format!("{list}/{key}");
        assert_refused(&pointer, json!(value), &list, &format!("`{key}` is a"));
        assert_refused_without(&pointer, &list, &format!("`{key}` is missing"));
    }
    let optional = "/components/schemas/ConversationPage/required";
    assert_refused(optional, json!(["chats"]), &list, "`more` is a required");
    assert_refused(optional, json!(["hasMore"]), &list, "`items` is a required");
}

#[test]
fn a_cursor_list_without_its_parameters_is_named() {
    let list = format!("{LIST}/x-cursor-list");
    let limit = format!("{LIST}/parameters/0");
    let needed = "`limit` with a `maximum`";
    assert_refused_without(&format!("{limit}/schema/maximum"), &list, needed);
    assert_refused(
        &format!("{limit}/schema/type"),
        json!("number"),
        &list,
        needed,
    );
    assert_refused(
        &format!("{limit}/schema/format"),
        json!("int32"),
        &list,
        needed,
    );
    let before = format!("{LIST}/parameters/1");
    assert_refused(&format!("{before}/name"), json!("after"), &list, "`before`");
    assert_refused_without(&format!("{before}/schema/format"), &list, "`before`");
}

#[test]
fn a_reference_that_may_be_null_is_written_in_one_way() {
    let agent = "/components/schemas/Conversation/properties/agent_id";
    let reference = json!({"$ref": "#/components/schemas/AgentId"});
    let nothing = json!({"type": "string", "nullable": true, "enum": [null]});
    let status = json!([{"type": "string"}]);
    assert_refused(&format!("{STATUS}/anyOf"), status, STATUS, "no value fits");
    for any in [
        json!([reference]),
        json!([nothing, reference]),
        json!([reference, {"type": "string", "nullable": true}]),
        json!([reference, nothing, nothing]),
        json!([{"type": "string"}, nothing]),
    ] {
        assert_refused(&format!("{agent}/anyOf"), any, agent, "no value fits");
    }
    let number = json!({"type": "integer", "nullable": true, "enum": [null]});
    let any = json!([reference, number]);
    assert_refused(
        &format!("{agent}/anyOf"),
        any,
        agent,
        "the null has the type of",
    );
    let any = json!([{"$ref": "#/components/schemas/None"}, nothing]);
    let leads = format!("{agent}/anyOf/0/$ref");
    assert_refused(
        &format!("{agent}/anyOf"),
        any,
        &leads,
        "leads to no component",
    );
    let beside = format!("{agent}/format");
    assert_refused(
        &beside,
        json!("uri"),
        &beside,
        "beside `anyOf` makes another type",
    );
    let all = json!({"description": "d", "nullable": true, "allOf": [reference]});
    let nullable = format!("{agent}/nullable");
    assert_refused(agent, all, &nullable, "has no effect beside `allOf`");
    let body = format!("{BODY}/schema");
    let any = json!({"anyOf": [{"$ref": "#/components/schemas/UserId"}, nothing]});
    assert_refused(&body, any, &body, "stands at a property");
}

#[test]
fn a_pattern_of_what_is_no_text_is_named() {
    let pattern = format!("{PAGE}/pattern");
    assert_refused(&pattern, json!("^a$"), &pattern, "belongs to type string");
}

#[test]
fn a_finding_names_its_place_and_reason_in_one_line() {
    let mut contract = CONTRACT.clone();
    put(&mut contract, &format!("{PAGE}/requried"), json!(["chats"]));
    assert_eq!(
        refusals(&contract),
        [
            "openapi.yaml#/components/schemas/ConversationPage/requried: `requried` is not a key of a schema"
        ]
    );
}
