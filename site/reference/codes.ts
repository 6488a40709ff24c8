// Close codes and error codes, with what each side does.

import type { CloseCode, ErrorCode, ReconnectRule, Requirement } from "../../codegen/model.js";
import { requirementLink } from "../addresses.js";
import { bullets, code, heading, page, plain, table } from "../markdown.js";
import type { Room } from "./room.js";

const RULES: Readonly<Record<ReconnectRule, string>> = {
  stop: "It stops: no further attempt until the application asks again.",
  stop_if_asked: "It stops if it asked for the end itself, else it returns by the backoff.",
  backoff: "It returns by the backoff.",
  backoff_spread: "It returns by the backoff, plus the spread of a draining server.",
  token: "It asks its token provider, then returns by the backoff; without a provider it stops.",
  fresh_token_once:
    "It tries once with a fresh token, and again only after a stable connection; else it stops.",
};

const RULE_WORDS: Readonly<Record<ReconnectRule, string>> = {
  stop: "stop",
  stop_if_asked: "stop if it asked, else backoff",
  backoff: "backoff",
  backoff_spread: "backoff with spread",
  token: "get a token, then backoff",
  fresh_token_once: "once with a fresh token, else stop",
};

export function closeCodesPage(room: Room): string {
  const { closeCodes, closeCodeRanges, otherwise } = room.contract.policy;
  return page([
    "# Close codes",
    "What each end of a connection means, and whether a client returns. Rendered from [`spec/policy.yaml`](/files/spec/policy.yaml); every generated client holds this table.",
    table(
      ["code", "name", "meaning", "sent by", "the client does"],
      closeCodes.map((each) => [
        `[${each.code}](#code-${each.code})`,
        code(each.name),
        plain(each.meaning),
        each.sentBy.length === 0 ? "nobody" : each.sentBy.join(", "),
        RULE_WORDS[each.reconnect],
      ]),
    ),
    "## Codes without a row {#ranges}",
    bullets([
      ...closeCodeRanges.map(({ from, to, reconnect }) => `${from} to ${to}: ${RULES[reconnect]}`),
      `Any other: ${RULES[otherwise]}`,
    ]),
    ...closeCodes.flatMap((each) => closeCodeBlocks(each, room)),
  ]);
}

function closeCodeBlocks(each: CloseCode, room: Room): readonly string[] {
  const sender =
    each.sentBy.length === 0
      ? "Never on the wire: a peer reports it of its own side."
      : `Sent by ${each.sentBy.join(" and ")}.`;
  return [
    heading(2, `${each.code} ${plain(each.name)}`, `code-${each.code}`),
    `${plain(each.meaning)} ${sender}`,
    sides(each.requirements, RULES[each.reconnect], room),
  ];
}

export function errorsPage(room: Room): string {
  const { errorCodes } = room.contract.policy;
  return page([
    "# Errors",
    "Codes of the message [ERROR](/reference/messages/error). An ERROR refuses one frame and leaves the connection open. Where several codes apply to a frame, the lowest precedence is answered.",
    table(
      ["code", "meaning", "precedence", "retryable", "a malformed frame"],
      errorCodes.map((each) => [
        `[${plain(each.code)}](#${anchor(each)})`,
        plain(each.meaning),
        String(each.precedence),
        each.retryable ? "yes" : "no",
        each.countsAsViolation ? "counts" : "",
      ]),
    ),
    ...errorCodes.flatMap((each) => errorBlocks(each, room)),
  ]);
}

function anchor({ code: name }: ErrorCode): string {
  return name.replaceAll("_", "-");
}

function errorBlocks(each: ErrorCode, room: Room): readonly string[] {
  const client = each.retryable
    ? "It may do the same again later."
    : "It does not send the same again.";
  const counted = each.countsAsViolation
    ? " It counts as a malformed frame; too many of them close with [4505](/reference/close-codes#code-4505)."
    : "";
  return [
    heading(2, plain(each.code), anchor(each)),
    `${plain(each.meaning)}${counted}`,
    sides(each.requirements, client, room),
  ];
}

/** The sentences that bind each side, with the rule of the table for the client. */
function sides(ids: readonly string[], client: string, room: Room): string {
  const rules = ids.flatMap((id) => room.requirements.get(id) ?? []);
  const of = (role: Requirement["role"]): readonly string[] =>
    rules
      .filter((rule) => rule.role === role)
      .map(({ id, sentence }) => `${requirementLink(id)} ${plain(sentence)}`);
  const list = (title: string, items: readonly string[]): string =>
    items.length === 0 ? "" : `**${title}**\n\n${bullets(items)}`;
  return [
    list("The server", of("server")),
    list("The client", [client, ...of("client")]),
    list("Both", of("both")),
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}
