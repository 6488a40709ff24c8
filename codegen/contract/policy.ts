import type { CloseCode, ErrorCode, Limit, Policy, ReconnectRule, Timer } from "../model.js";
import { reportDuplicates } from "./reader.js";
import type { Reader } from "./reader.js";

/** Every reconnect rule that a client knows how to follow. */
export const RECONNECT_RULES: readonly [ReconnectRule, ...ReconnectRule[]] = [
  "stop",
  "stop_if_asked",
  "backoff",
  "backoff_spread",
  "token",
  "fresh_token_once",
];

/** What spec/policy.yaml says about versions. */
export interface Versions {
  readonly protocolVersion: string;
  readonly subprotocol: string;
  readonly bearerPrefix: string;
}

/** Reads spec/policy.yaml. */
export function readPolicy(policy: Reader): Policy & Versions {
  const closeCodes = policy.at("closeCodes").items();
  const errorCodes = policy.at("errorCodes").items();
  reportDuplicates(closeCodes, "code", (row) => String(row.at("code").number()), "close code");
  reportDuplicates(closeCodes, "name", (row) => row.at("name").text(), "close code name");
  reportDuplicates(errorCodes, "code", (row) => row.at("code").text(), "error code");
  return {
    protocolVersion: policy.at("version").text(),
    subprotocol: policy.at("subprotocols", "version").text(),
    bearerPrefix: policy.at("subprotocols", "bearerPrefix").text(),
    closeCodes: closeCodes.map(readCloseCode),
    closeCodeRanges: policy.at("closeCodeRanges").items().map(readRange),
    otherwise: readRule(policy.at("closeCodeOtherwise")),
    errorCodes: errorCodes.map(readErrorCode),
    timers: policy.at("timers").members().map(readTimer),
    limits: policy.at("limits").members().map(readLimit),
  };
}

function readCloseCode(row: Reader): CloseCode {
  return {
    code: row.at("code").number(),
    name: row.at("name").text(),
    meaning: row.at("meaning").text(),
    reconnect: readRule(row),
    sentBy: row.at("sentBy").texts(),
    requirements: row.at("requirement").texts(),
  };
}

function readRange(row: Reader): Policy["closeCodeRanges"][number] {
  return { from: row.at("from").number(), to: row.at("to").number(), reconnect: readRule(row) };
}

function readRule(row: Reader): ReconnectRule {
  if (row.at("reconnect").absent) {
    const code = row.at("code").absent ? "this row" : `close code ${row.at("code").number()}`;
    const rules = RECONNECT_RULES.join(", ");
    row.report(`${code} has no reconnect rule`, `write reconnect: one of ${rules}`);
    return "stop";
  }
  return row.at("reconnect").oneOf(RECONNECT_RULES);
}

function readErrorCode(row: Reader): ErrorCode {
  return {
    code: row.at("code").text(),
    meaning: row.at("meaning").text(),
    precedence: row.at("precedence").number(),
    retryable: row.at("retryable").boolean(),
    countsAsViolation: row.at("countsAsViolation").boolean(),
    requirements: row.at("requirement").texts(),
  };
}

function readTimer([name, row]: readonly [string, Reader]): Timer {
  return { name, ...readBounds(row), ...readPlace(row) };
}

function readLimit([name, row]: readonly [string, Reader]): Limit {
  return { name, ...readBounds(row), unit: row.at("unit").text(), ...readPlace(row) };
}

function readBounds(row: Reader): Pick<Timer, "default" | "min" | "max"> {
  const standard = row.at("default").number();
  const min = row.at("min").absent ? {} : { min: row.at("min").number() };
  const max = row.at("max").absent ? {} : { max: row.at("max").number() };
  if ((min.min ?? standard) > standard || (max.max ?? standard) < standard) {
    const advice = "write a default between min and max, both included";
    row.report("the default is outside its own bounds", advice, "default");
  }
  return { default: standard, ...min, ...max };
}

function readPlace(row: Reader): Pick<Timer, "description" | "announcedIn" | "requirements"> {
  const place = row.at("announcedIn");
  return {
    description: row.at("description").text(),
    ...(place.absent ? {} : { announcedIn: place.text() }),
    requirements: row.at("requirement").texts(),
  };
}
