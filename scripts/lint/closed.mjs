// Decorators for a copy of the contract in which what it does not name is wrong. OpenAPI leaves open
// what it does not forbid, so without them an unknown property or status is no finding.
//
// A schema that is a part of an `allOf` cannot be closed by itself. Only events have such parts, and
// no validate of traffic reads those.
export default () => ({
  id: 'closed',
  decorators: {
    oas3: {
      properties: () => ({
        Schema: {
          leave(schema) {
            if (schema.properties) schema.additionalProperties ??= false;
          },
        },
      }),
      statuses: () => ({
        Responses: {
          leave(responses) {
            const nothing = { 'application/json': { schema: { not: {} } } };
            responses.default ??= { description: 'Not documented.', content: nothing };
          },
        },
      }),
    },
  },
});
