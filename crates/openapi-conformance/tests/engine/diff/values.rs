//! Changes of null and numbers.

use serde_json::{Value, json};

use super::keywords::{assert_narrower, ids};
use super::{CONVERSATION, LIMIT, MESSAGE, assert_changes, at, schema};

#[test]
fn null_in_a_response_is_breaking_and_its_absence_additive() {
    assert_changes(
        &[],
        &[(
            &at(CONVERSATION, "/properties/agent_id"),
            json!({"$ref": "#/components/schemas/AgentId"}),
        )],
        &[
            "additive response-null-disallowed list_conversations /components/schemas/Conversation/properties/agent_id",
        ],
        &[
            "breaking response-null-allowed list_conversations /components/schemas/Conversation/properties/agent_id",
        ],
    );
}

#[test]
fn null_in_a_request_is_additive_and_its_absence_breaking() {
    assert_changes(
        &[],
        &[(&at(MESSAGE, "/properties/body/nullable"), json!(true))],
        &[
            "additive request-null-allowed send_message /components/schemas/SendMessageRequest/properties/body",
        ],
        &[
            "breaking request-null-disallowed send_message /components/schemas/SendMessageRequest/properties/body",
        ],
    );
}

#[test]
fn integer_that_becomes_a_number_is_additive_in_a_request() {
    let number = at(MESSAGE, "/properties/n");
    assert_changes(
        &[(&number, schema("integer"))],
        &[(&at(&number, "/type"), json!("number"))],
        &[
            "additive request-type-widened send_message /components/schemas/SendMessageRequest/properties/n",
        ],
        &[
            "breaking request-type-narrowed send_message /components/schemas/SendMessageRequest/properties/n",
        ],
    );
}

#[test]
fn integer_that_becomes_a_number_is_breaking_in_a_response() {
    let number = at(CONVERSATION, "/properties/n");
    assert_changes(
        &[(&number, schema("integer"))],
        &[(&at(&number, "/type"), json!("number"))],
        &[
            "breaking response-type-widened list_conversations /components/schemas/Conversation/properties/n",
        ],
        &[
            "additive response-type-narrowed list_conversations /components/schemas/Conversation/properties/n",
        ],
    );
}

#[test]
fn tighter_bound_of_a_request_is_breaking_and_looser_one_additive() {
    assert_changes(
        &[],
        &[
            (&at(LIMIT, "/schema/maximum"), json!(50)),
            (&at(LIMIT, "/schema/minimum"), Value::Null),
        ],
        &[
            "additive request-minimum-lowered list_conversations /paths/~1conversations/get/parameters/0/schema",
            "breaking request-maximum-lowered list_conversations /paths/~1conversations/get/parameters/0/schema",
        ],
        &[
            "breaking request-minimum-raised list_conversations /paths/~1conversations/get/parameters/0/schema",
            "additive request-maximum-raised list_conversations /paths/~1conversations/get/parameters/0/schema",
        ],
    );
}

#[test]
fn looser_bound_of_a_response_is_breaking_and_tighter_one_additive() {
    let number = at(CONVERSATION, "/properties/n");
    assert_changes(
        &[(
            &number,
            json!({"type": "integer", "description": "d", "maximum": 9}),
        )],
        &[(&at(&number, "/maximum"), json!(10))],
        &[
            "breaking response-maximum-raised list_conversations /components/schemas/Conversation/properties/n",
        ],
        &[
            "additive response-maximum-lowered list_conversations /components/schemas/Conversation/properties/n",
        ],
    );
}

#[test]
fn double_instead_of_float_in_a_response_is_breaking() {
    let number = at(CONVERSATION, "/properties/n");
    let float = json!({"type": "number", "format": "float", "description": "d"});
    assert_changes(
        &[(&number, float)],
        &[(&at(&number, "/format"), json!("double"))],
        &[
            "breaking response-minimum-lowered list_conversations /components/schemas/Conversation/properties/n",
            "breaking response-maximum-raised list_conversations /components/schemas/Conversation/properties/n",
        ],
        &[
            "additive response-minimum-raised list_conversations /components/schemas/Conversation/properties/n",
            "additive response-maximum-lowered list_conversations /components/schemas/Conversation/properties/n",
        ],
    );
}

#[test]
fn exclusive_bound_of_a_number_is_tighter() {
    let number = at(MESSAGE, "/properties/n");
    assert_changes(
        &[(
            &number,
            json!({"type": "number", "description": "d", "minimum": 0}),
        )],
        &[(&at(&number, "/exclusiveMinimum"), json!(true))],
        &[
            "breaking request-minimum-raised send_message /components/schemas/SendMessageRequest/properties/n",
        ],
        &[
            "additive request-minimum-lowered send_message /components/schemas/SendMessageRequest/properties/n",
        ],
    );
}

#[test]
fn int32_is_a_pair_of_bounds_and_int64_none() {
    let format = |format: &str| json!({"type": "integer", "format": format});
    for wider in [json!({"type": "integer"}), format("int64")] {
        assert_eq!(
            ids(&wider, &format("int32")),
            [
                "breaking request-minimum-raised",
                "breaking request-maximum-lowered",
                "additive response-minimum-raised",
                "additive response-maximum-lowered",
            ],
            "{wider}"
        );
    }
    assert_eq!(ids(&json!({"type": "integer"}), &format("int64")), [""; 0]);
    assert_eq!(ids(&format("int64"), &json!({"type": "integer"})), [""; 0]);
}

#[test]
fn values_beyond_the_precision_of_floats_are_different() {
    let values = |values: &[i64]| json!({"type": "integer", "enum": values});
    let (one, other) = (9_007_199_254_740_992, 9_007_199_254_740_993);
    let names = ["closed-enum-value-removed", "closed-enum-value-added"];
    assert_narrower(values(&[one, other]), values(&[one]), names);
}
