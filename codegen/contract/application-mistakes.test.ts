import { describe, expect, test } from "vitest";

import { readContract } from "../contract.js";
import { OwnContract } from "../own-contract.test-support.js";
import { ContractError, formatProblem } from "../problem.js";
import type { Problem } from "../problem.js";

/** One edit that makes a team's contract wrong, and the one line that must say so. */
interface Mistake {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  /** A second edit, which changes no line. */
  readonly and?: readonly [from: string, to: string];
  /** Lines between the beginning of the edit and the place that is named. */
  readonly below?: number;
  /** The place that is named, where it is not near the edit: a text that stands there once. */
  readonly at?: string;
  readonly message: RegExp;
  readonly advice: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  {
    title: "a document that is not YAML",
    from: "channels:\n",
    to: "channels: [\n",
    below: 3,
    message: /not valid YAML/u,
    advice: /correct the YAML syntax/u,
  },
  {
    title: "a second document in the file",
    from: "\ncomponents:\n",
    to: "\n---\ncomponents:\n",
    below: 1,
    message: /not valid YAML: a second document begins here/u,
    advice: /correct the YAML syntax/u,
  },
  {
    title: "another edition of AsyncAPI",
    from: "asyncapi: 3.0.0",
    to: "asyncapi: 2.6.0",
    message: /the document is not of AsyncAPI 3/u,
    advice: /write asyncapi: 3\.0\.0/u,
  },
  {
    title: "schemas that refer to each other and nothing else",
    from: "          minLength: 1\n          maxLength: 64",
    to: "          maxLength: 64\n        circle: { $ref: '#/components/schemas/OrderCreated/properties/circle' }",
    below: 1,
    message: /\$ref leads back to itself/u,
    advice: /let one of them hold/u,
  },
  {
    title: "a value of several types",
    from: "          type: string\n          maxLength: 500",
    to: "          type: [string, 'null']\n          maxLength: 500",
    message: /this type is not supported/u,
    advice: /write one type; what may be missing is left out of required/u,
  },
  {
    title: "a list of nothing in particular",
    from: "          type: string\n          maxLength: 500",
    to: "          type: array",
    below: -2,
    message: /items is missing/u,
    advice: /write items: with a schema/u,
  },
  {
    title: "a bound that is a text",
    from: "minimum: 0",
    to: 'minimum: "0"',
    message: /minimum is not a number/u,
    advice: /write a number/u,
  },
  {
    title: "a bound without end",
    from: "type: integer\n          minimum: 0",
    to: "type: number\n          minimum: -.inf",
    below: 1,
    message: /minimum is not a number/u,
    advice: /write a number/u,
  },
  {
    title: "a length below zero",
    from: "maxLength: 500",
    to: "maxLength: -1",
    message: /maxLength is not a whole number from 0/u,
    advice: /write a whole number from 0/u,
  },
  {
    title: "bounds that no value keeps",
    from: "minLength: 1\n          maxLength: 64",
    to: "minLength: 65\n          maxLength: 64",
    message: /no value fits: minLength 65 is beyond maxLength 64/u,
    advice: /exchange them/u,
  },
  {
    title: "required that is no list",
    from: "required: [orderId, totalCents]",
    to: "required: true",
    message: /required is not a list of texts/u,
    advice: /write a list of texts/u,
  },
  {
    title: "an enum without values",
    from: "          maxLength: 500",
    to: "          title: Note\n          enum: []",
    below: 1,
    message: /enum is not a list of one text or more/u,
    advice: /none of them twice/u,
  },
  {
    title: "an enum that says a value twice",
    from: "          maxLength: 500",
    to: "          title: Note\n          enum: [a, a]",
    below: 1,
    message: /enum is not a list of one text or more, none of them twice/u,
    advice: /none of them twice/u,
  },
  {
    title: "a const of another type",
    from: "          type: string\n          maxLength: 500",
    to: "          type: string\n          const: 5",
    below: 1,
    message: /no value fits: const is not of the type "string"/u,
    advice: /leave the type out/u,
  },
  {
    title: "a const that was rounded when it was read",
    from: "          type: string\n          maxLength: 500",
    to: "          const: 9007199254740993",
    message: /const is not a text, true, false, or a number that every language can hold/u,
    advice: /write a text/u,
  },
  {
    title: "no channels at all",
    from: "\nchannels:\n",
    to: "\nx-channels:\n",
    at: "asyncapi: 3.0.0",
    message: /the document has no channels/u,
    advice: /write channels: session: \$ref/u,
  },
  {
    title: "no channel of the protocol",
    from: '  session:\n    $ref: "',
    to: '  session:\n    x-ref: "',
    below: -2,
    message: /no channel is that of the Latido protocol/u,
    advice: /add a channel session with \$ref/u,
  },
  {
    title: "a protocol that is not installed there",
    from: 'asyncapi.yaml#/channels/session"',
    to: 'elsewhere/asyncapi.yaml#/channels/session"',
    message: /\$ref names no file/u,
    advice: /install the package latido here, or correct the path/u,
  },
  {
    title: "a channel of the protocol that does not exist",
    from: "asyncapi.yaml#/channels/session",
    to: "asyncapi.yaml#/channels/sesion",
    message: /\$ref leads nowhere/u,
    advice: /#\/channels\/session/u,
  },
  {
    title: "no operations",
    from: "\noperations:\n",
    to: "\nx-operations:\n",
    at: "asyncapi: 3.0.0",
    message: /operations is missing/u,
    advice: /write a map/u,
  },
  {
    title: "an action that is neither send nor receive",
    from: "action: send",
    to: "action: publish",
    message: /action is not one of send, receive/u,
    advice: /write one of send, receive/u,
  },
  {
    title: "an operation without messages",
    from: '    messages:\n      - $ref: "#/channels/events/messages/order_created"\n',
    to: "",
    below: -4,
    message: /the operation names no messages/u,
    advice: /write messages: with a \$ref/u,
  },
  {
    title: "a message of an operation that leads nowhere",
    from: '- $ref: "#/channels/events/messages/chat_message"',
    to: '- $ref: "#/channels/events/messages/chat_mesage"',
    message: /\$ref leads nowhere/u,
    advice: /#\/channels\/events\/messages\/chat_message/u,
  },
  {
    title: "a message of a channel that leads nowhere",
    from: '$ref: "#/components/messages/order_created"',
    to: '$ref: "#/components/messages/order"',
    message: /\$ref leads nowhere/u,
    advice: /#\/components\/messages\/order_created/u,
  },
  {
    title: "references that lead in a circle",
    from: '      order_created:\n        $ref: "#/components/messages/order_created"',
    to: '      order_created:\n        $ref: "#/channels/events/messages/order_created"',
    at: '- $ref: "#/channels/events/messages/order_created"',
    message: /\$ref leads back to itself/u,
    advice: /let one of them hold/u,
  },
  {
    title: "an event without a module",
    from: "      x-module: orders\n",
    to: "",
    below: -3,
    message: /the event names no module/u,
    advice: /write x-module/u,
  },
  {
    title: "a module that is not a text",
    from: "x-module: orders",
    to: "x-module: 7",
    message: /x-module is not a text/u,
    advice: /write a text here/u,
  },
  {
    title: "a module whose name no token may carry",
    from: "x-module: orders",
    to: "x-module: the orders",
    message: /"the orders" cannot name a module/u,
    advice: /A-Za-z0-9/u,
  },
  {
    title: "an event whose name the wire refuses",
    from: "      x-module: orders",
    to: "      name: order created\n      x-module: orders",
    message: /"order created" cannot name an event/u,
    advice: /A-Za-z0-9/u,
  },
  {
    title: "two messages of one name",
    from: "      x-module: chat",
    to: "      name: order_created\n      x-module: chat",
    at: "    chat_message:\n      summary",
    message: /two messages are the event order_created/u,
    advice: /the other is on line \d+/u,
  },
  {
    title: "an event that no operation names",
    from: '    messages:\n      - $ref: "#/channels/events/messages/chat_message"',
    to: '    messages:\n      - $ref: "#/channels/events/messages/order_created"',
    at: "    chat_message:\n      summary",
    message: /no operation sends or receives this event/u,
    advice: /send for what clients send/u,
  },
  {
    title: "an event without a payload",
    from: '      payload:\n        $ref: "#/components/schemas/OrderCreated"\n',
    to: "",
    at: "    order_created:\n      summary",
    message: /the event order_created has no payload/u,
    advice: /write payload: with a schema/u,
  },
  {
    title: "a payload in another schema language",
    from: '      payload:\n        $ref: "#/components/schemas/OrderCreated"\n',
    to: "      payload:\n        schemaFormat: application/vnd.apache.avro\n        schema: {}\n",
    below: 1,
    message: /a payload with a schemaFormat is not supported/u,
    advice: /JSON Schema draft-07/u,
  },
  {
    title: "a payload whose schema is missing",
    from: '$ref: "#/components/schemas/OrderCreated"',
    to: '$ref: "#/components/schemas/OrderCreate"',
    message: /\$ref leads nowhere/u,
    advice: /#\/components\/schemas\/OrderCreated/u,
  },
  {
    title: "a payload in a file that is not there",
    from: '$ref: "#/components/schemas/OrderCreated"',
    to: '$ref: "order-created.json"',
    message: /\$ref names no file: order-created\.json/u,
    advice: /name a file of the contract/u,
  },
  {
    title: "a schema without a title",
    from: "      title: OrderCreated\n",
    to: "",
    below: -1,
    message: /no title that can name a type/u,
    advice: /PascalCase, such as OrderCreated/u,
  },
  {
    title: "a title that names no type",
    from: "title: OrderCreated",
    to: "title: order created",
    message: /no title that can name a type/u,
    advice: /PascalCase/u,
  },
  {
    title: "a title that the protocol has",
    from: "title: OrderCreated",
    to: "title: StreamHead",
    message: /two types are called StreamHead/u,
    advice: /give it a title of its own/u,
  },
  {
    title: "a title that some language has",
    from: "title: OrderCreated",
    to: "title: Event",
    message: /the title Event is taken/u,
    advice: /EventFrame/u,
  },
  {
    title: "an object inside an object without a title",
    from: "        note:\n",
    to: "        customer:\n          type: object\n          properties:\n            name: { type: string }\n        note:\n",
    message: /no title that can name a type/u,
    advice: /such as Customer/u,
  },
  {
    title: "a required member that is not described",
    from: "required: [orderId, totalCents]",
    to: "required: [orderId, total]",
    message: /required names no property/u,
    advice: /orderId, totalCents, note/u,
  },
  {
    title: "a pattern that a hostile text keeps busy",
    from: "          minLength: 1\n          maxLength: 64",
    to: "          pattern: '^([a-z]+-?)*$'\n          maxLength: 64",
    message: /^a short text can keep the pattern busy for hours/u,
    advice: /^let a loop begin with a character of its own/u,
  },
  {
    title: "a type that requires itself",
    from: "        note:\n",
    to: '        next: { $ref: "#/components/schemas/OrderCreated" }\n        note:\n',
    and: ["required: [orderId, totalCents]", "required: [orderId, totalCents, next]"],
    message: /^each OrderCreated requires another in next, without end$/u,
    advice: /^leave next out of required, or let it be a list that may be empty$/u,
  },
  {
    title: "a list of the type itself that is never empty",
    from: "        note:\n",
    to: '        parts: { type: array, minItems: 1, items: { $ref: "#/components/schemas/OrderCreated" } }\n        note:\n',
    and: ["required: [orderId, totalCents]", "required: [orderId, totalCents, parts]"],
    message: /^each OrderCreated requires another in parts\[\], without end$/u,
    advice: /^leave parts out of required/u,
  },
  {
    title: "two types that require each other",
    from: "        note:\n",
    to: `        buyer:
          title: Buyer
          type: object
          required: [orders]
          properties:
            orders:
              title: OrdersById
              type: object
              minProperties: 1
              additionalProperties: { $ref: "#/components/schemas/OrderCreated" }
        note:\n`,
    and: ["required: [orderId, totalCents]", "required: [orderId, totalCents, buyer]"],
    at: "        buyer:",
    message: /^each OrderCreated requires another in buyer\.orders\{\}, without end$/u,
    advice: /^leave buyer out of required/u,
  },
  {
    title: "a list whose items are such lists, and never empty",
    from: "        note:\n",
    to: '        tree: { $ref: "#/components/schemas/Tree" }\n        note:\n',
    and: [
      "    ChatMessage:\n      title",
      '    Tree: { title: Tree, type: array, minItems: 1, items: { $ref: "#/components/schemas/Tree" } }\n    ChatMessage:\n      title',
    ],
    at: "    Tree: {",
    message: /^each Tree requires another in \[\], without end$/u,
    advice: /^let it be empty: write no minItems and no minProperties$/u,
  },
  {
    title: "a type that JSON does not have",
    from: "type: integer",
    to: "type: int",
    message: /type/u,
    advice: /string, integer, number, boolean, array or object/u,
  },
  {
    title: "a keyword that no language here checks",
    from: "          minimum: 0\n",
    to: "          exclusiveMinimum: 0\n",
    message: /the keyword exclusiveMinimum is not supported beside type integer/u,
    advice: /only type, minimum, maximum/u,
  },
  {
    title: "a pattern that is no regular expression",
    from: "          minLength: 1\n          maxLength: 64",
    to: "          pattern: '[a-'\n          maxLength: 64",
    message: /the pattern is no regular expression/u,
    advice: /flag u/u,
  },
  {
    title: "a schema of another draft",
    from: "      title: OrderCreated",
    to: "      $schema: https://json-schema.org/draft/2020-12/schema\n      title: OrderCreated",
    message: /not of draft-07/u,
    advice: /draft-07/u,
  },
  {
    title: "an example that its schema refuses",
    from: "totalCents: 2450",
    to: "totalCents: -1",
    below: -1,
    message: /the schema refuses its own example: \/totalCents/u,
    advice: /correct the example or the schema/u,
  },
  {
    title: "a required member of an object that describes none",
    from: "        note:\n",
    to: "        more: { title: More, type: object, required: [key] }\n        note:\n",
    message: /^required names no property$/u,
    advice: /^describe it under properties$/u,
  },
  {
    title: "a value that the schema's own bound refuses",
    from: "        note:\n",
    to: "        size: { title: Size, type: string, enum: [s, xl], maxLength: 1 }\n        note:\n",
    message: /^the schema's own bounds refuse the value "xl"$/u,
    advice: /^leave it out of enum, or widen the bounds$/u,
  },
  {
    title: "two lists of values in one schema",
    from: "        note:\n",
    to: "        size: { title: Size, type: string, enum: [s], x-known-values: [s, m] }\n        note:\n",
    message: /^enum and x-known-values stand beside each other$/u,
    advice: /^keep enum to refuse other values, or x-known-values to allow them$/u,
  },
  {
    title: "a fraction as the bound of an integer",
    from: "          minimum: 0\n",
    to: "          minimum: 0.5\n",
    message: /^the minimum of an integer is no whole number of at most 2\^53-1 in size$/u,
    advice: /^write one that every language can hold$/u,
  },
  {
    title: "a bound that no language can hold",
    from: "          minimum: 0\n",
    to: "          maximum: 1.0e+21\n",
    message: /^the maximum of an integer is no whole number of at most 2\^53-1 in size$/u,
    advice: /^write one that every language can hold$/u,
  },
  {
    title: "a length that no language can hold",
    from: "          minLength: 1\n",
    to: "          minLength: 4294967296\n",
    message: /^minLength is beyond 2\^31-1$/u,
    advice: /^write a smaller one, or none$/u,
  },
  {
    title: "a member that every JavaScript object has",
    from: "        note:\n",
    to: "        constructor:\n",
    message: /every JavaScript object inherits a member constructor/u,
    advice: /another name/u,
  },
];

describe("a wrong contract of a team's events", () => {
  test.each(MISTAKES)("$title", ({ from, to, and, below = 0, at, message, advice }) => {
    using contract = new OwnContract();
    const edited = contract.edit(from, to);
    if (and !== undefined) contract.edit(...and);
    const problems = problemsOf(contract);
    const found = problems.find((problem) => message.test(problem.message));
    expect(found, problems.map((problem) => formatProblem(problem)).join("\n")).toMatchObject({
      file: contract.document,
      line: at === undefined ? edited + below : lineOf(contract.read(), at),
      advice: expect.stringMatching(advice) as string,
    });
  });

  test("what latido init contract writes is right", () => {
    using contract = new OwnContract();
    const { application } = readContract(contract.document).contract;
    expect(application?.events).toMatchObject([
      { name: "chat_message", module: "chat", sentByClients: true, payload: "ChatMessage" },
      { name: "order_created", module: "orders", sentByClients: false, payload: "OrderCreated" },
    ]);
  });

  test.each([
    ["an optional member", '{ $ref: "#/components/schemas/OrderCreated" }'],
    ["a list", '{ type: array, items: { $ref: "#/components/schemas/OrderCreated" } }'],
    [
      "free members",
      '{ title: Parts, type: object, additionalProperties: { $ref: "#/components/schemas/OrderCreated" } }',
    ],
  ])("a type may hold itself through %s", (_, member) => {
    using contract = new OwnContract();
    contract.edit("        note:\n", `        next: ${member}\n        note:\n`);
    expect(readContract(contract.document).contract.application?.events).toHaveLength(2);
  });

  test("a payload may stand in a file of its own, and use types of the protocol", () => {
    using contract = new OwnContract();
    contract.edit('$ref: "#/components/schemas/OrderCreated"', '$ref: "order.json"');
    const schema = { title: "Order", type: "object", properties: { id: { type: "string" } } };
    contract.write("order.json", JSON.stringify(schema));
    const { application, types } = readContract(contract.document).contract;
    expect(application?.events[1]?.payload).toBe("Order");
    expect(types.find(({ name }) => name === "Order")?.source).toBe("order.json");
  });
});

function problemsOf(contract: OwnContract): readonly Problem[] {
  try {
    readContract(contract.document);
  } catch (error) {
    if (error instanceof ContractError) return error.problems;
    throw error;
  }
  throw new Error("the contract was accepted");
}

function lineOf(text: string, part: string): number {
  const offset = text.indexOf(part);
  if (offset === -1) throw new Error(`the contract does not hold ${part}`);
  return text.slice(0, offset).split("\n").length;
}
