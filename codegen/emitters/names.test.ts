import { describe, expect, test } from "vitest";

import { camelCase, constantCase, pascalCase, plural } from "./names.js";

describe("names", () => {
  test.each([
    ["heartbeat_timeout", "heartbeatTimeout", "HeartbeatTimeout", "HEARTBEAT_TIMEOUT"],
    ["invalid_utf8", "invalidUtf8", "InvalidUtf8", "INVALID_UTF8"],
    ["clientConnection", "clientConnection", "ClientConnection", "CLIENT_CONNECTION"],
    ["PresenceStatus", "presenceStatus", "PresenceStatus", "PRESENCE_STATUS"],
  ])("%s in every style", (name, camel, pascal, constant) => {
    expect([camelCase(name), pascalCase(name), constantCase(name)]).toEqual([
      camel,
      pascal,
      constant,
    ]);
  });

  test.each([
    ["ERROR_CODE", "ERROR_CODES"],
    ["PRESENCE_STATUS", "PRESENCE_STATUSES"],
    ["POLICY", "POLICIES"],
    ["KNOWN_ENTRY", "KNOWN_ENTRIES"],
    ["KNOWN_WEEK_DAY", "KNOWN_WEEK_DAYS"],
    ["KNOWN_KEY", "KNOWN_KEYS"],
    ["KNOWN_PAY_BY", "KNOWN_PAY_BYS"],
    ["BY", "BYS"],
    ["TAX_BOX", "TAX_BOXES"],
    ["BRANCH", "BRANCHES"],
  ])("%s in the plural", (one, many) => {
    expect(plural(one)).toBe(many);
  });
});
