import { describe, expect, test } from "vitest";

import { generatePackage } from "../generate-package.js";
import { OwnContract } from "../own-contract.test-support.js";
import { ContractError } from "../problem.js";

/** Right in itself, yet no package of this language can hold it. */
const MISTAKES: readonly (readonly [
  title: string,
  language: string,
  edit: readonly [from: string, to: string],
  message: RegExp,
])[] = [
  ...["typescript", "python", "go"].map(
    (language) =>
      [
        `a title that the package of ${language} has`,
        language,
        ["title: OrderCreated", "title: Machine"],
        /Machine: the package has something else of this name; write a title such as MachinePayload/u,
      ] as const,
  ),
  ...["EventTable", "Record", "Readonly", "Pick"].map(
    (title) =>
      [
        `a title that the modules of TypeScript use: ${title}`,
        "typescript",
        ["title: OrderCreated", `title: ${title}`],
        new RegExp(`${title}: the package has something else of this name`, "u"),
      ] as const,
  ),
  [
    "a title that a module of Python uses",
    "python",
    ["title: OrderCreated", "title: Meta"],
    /Meta: the package has something else of this name/u,
  ],
  [
    "a title that Python keeps for itself",
    "python",
    ["title: OrderCreated", "title: None"],
    /None: the package has something else of this name; write a title such as NonePayload/u,
  ],
  [
    "a member with characters that msgspec does not rename to",
    "python",
    ["        note:\n", "        'said \"so\"':\n"],
    /OrderCreated: the member said "so" cannot be named in Python; leave out quotes, backslashes and control/u,
  ],
  [
    "two members that are one attribute",
    "python",
    ["        note:\n", "        order_id:\n"],
    /OrderCreated: the members orderId and order_id are both the attribute order_id; give one/u,
  ],
  [
    "a member that begins with a digit",
    "python",
    ["        note:\n", "        2nd:\n"],
    /OrderCreated: the member 2nd cannot be an attribute of Python; begin its name/u,
  ],
  [
    "a pattern that Python may read in another way",
    "python",
    ["minLength: 1", String.raw`pattern: '^\S+$'`],
    /OrderCreated: the pattern \^\\S\+\$ may mean something else in Python; keep to/u,
  ],
  [
    "two members that Go calls alike",
    "go",
    ["        note:\n", "        order_id:\n"],
    /OrderCreated: .*two members that Go calls OrderID; give one/u,
  ],
  [
    "a pattern that Go may read in another way",
    "go",
    ["minLength: 1", String.raw`pattern: '^\S+$'`],
    /OrderCreated: the pattern \^\\S\+\$ may mean something else in Go; keep to/u,
  ],
  [
    "two events that Go calls alike",
    "go",
    [
      "    chat_message:\n      summary",
      "    chat_message:\n      name: order.created\n      summary",
    ],
    /OrderCreated: Go calls both events order\.created and order_created OrderCreated; give the event/u,
  ],
  [
    "an event for whose function there are no letters",
    "go",
    ["    order_created:\n      summary", "    order_created:\n      name: '::'\n      summary"],
    /OrderCreated: the event :: cannot name a function of Go; give the event another name/u,
  ],
  [
    "a member that begins with a digit",
    "go",
    ["        note:\n", "        2nd:\n"],
    /OrderCreated: the member 2nd cannot be a field of Go; begin its name with a letter/u,
  ],
  [
    "a member that is a method",
    "go",
    ["        note:\n", "        marshalJson:\n"],
    /OrderCreated: the member marshalJson cannot be a field of Go; give it another name/u,
  ],
  [
    "a title that Go writes as another",
    "go",
    ["title: OrderCreated", "title: SafeID"],
    /SafeID: Go calls both SafeId and SafeID SafeID; give it another title/u,
  ],
  [
    "a value without letters",
    "go",
    [
      "    OrderCreated:\n",
      '    OrderCreated: { title: Sign, type: string, enum: ["+", "a"] }\n    Other:\n',
    ],
    /Sign: the value "\+" cannot name a constant of Go; let it hold a letter/u,
  ],
  [
    "a value and a title that Go calls alike",
    "go",
    [
      "        note:\n",
      "        state: { title: Order, type: string, enum: [created] }\n        note:\n",
    ],
    /OrderCreated: Go calls both the value "created" of Order and the type OrderCreated OrderCreated; give one of/u,
  ],
  [
    "a list of such lists",
    "go",
    [
      "    OrderCreated:\n",
      '    OrderCreated: { title: Tree, type: array, items: { $ref: "#/components/schemas/OrderCreated" } }\n    Other:\n',
    ],
    /Tree is a list of such lists, for which Go has no type; let its items be objects that hold the list$/u,
  ],
];

describe("a contract that one language cannot express", () => {
  test.each(MISTAKES)("%s (%s)", async (_, language, [from, to], message) => {
    using contract = new OwnContract();
    contract.edit(from, to);
    const line =
      contract
        .read()
        .split("\n")
        .findIndex((text) => text.startsWith("    OrderCreated:")) + 1;
    const output = `${contract.folder}/client`;
    const options = { contract: contract.document, language, output };
    const error = await generatePackage(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ContractError);
    const { problems } = error as ContractError;
    expect(problems).toMatchObject([{ file: contract.document, line }]);
    expect((error as ContractError).message).toMatch(message);
  });
});
