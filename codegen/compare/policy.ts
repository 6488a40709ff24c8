import type { Limit, Policy, ReconnectRule, Timer } from "../model.js";
import { breaksClients, breaksServers } from "./change.js";
import type { Break, Change } from "./change.js";

/** Compares close codes, error codes, timers and limits. */
export function comparePolicy(old: Policy, now: Policy): readonly Change[] {
  return [
    ...compareCloseCodes(old, now),
    ...compareRanges(old, now),
    ...compareErrorCodes(old, now),
    ...compareNumbers("timer", old.timers, now.timers),
    ...compareNumbers("limit", old.limits, now.limits),
  ];
}

/** What a client of this policy does after a close code, listed or not. */
function ruleOf(policy: Policy, code: number): ReconnectRule {
  const row = policy.closeCodes.find((each) => each.code === code);
  if (row !== undefined) return row.reconnect;
  const range = policy.closeCodeRanges.find(({ from, to }) => from <= code && code <= to);
  return range?.reconnect ?? policy.otherwise;
}

function compareCloseCodes(old: Policy, now: Policy): readonly Change[] {
  const codes = [...old.closeCodes, ...now.closeCodes].map(({ code }) => code);
  return [...new Set(codes)].sort((a, b) => a - b).flatMap((code) => compareCode(old, now, code));
}

function compareCode(old: Policy, now: Policy, code: number): readonly Change[] {
  const was = old.closeCodes.find((row) => row.code === code);
  const is = now.closeCodes.find((row) => row.code === code);
  const subject = `close code ${String(code)} ${is?.name ?? was?.name ?? ""}`;
  const rules = [ruleOf(old, code), ruleOf(now, code)] as const;
  const differ = rules[0] !== rules[1];
  const late = breaksClients(`an old client follows ${rules[0]} where ${rules[1]} is meant`);
  const early = breaksServers(`a new client follows ${rules[1]} where ${rules[0]} is meant`);
  if (was === undefined) {
    if (differ) return [{ subject, change: `added, ${rules[1]}`, breaks: [late] }];
    const note = "an old client follows the same rule for its range";
    return [{ subject, change: `added, ${rules[1]}`, breaks: [], note }];
  }
  if (is === undefined) return [{ subject, change: "removed", breaks: differ ? [early] : [] }];
  const changes: Change[] = [];
  if (differ) {
    const change = `reconnect rule ${rules[0]} → ${rules[1]}`;
    changes.push({ subject, change, breaks: [late, early] });
  }
  if (was.name !== is.name) changes.push({ subject, change: `was called ${was.name}`, breaks: [] });
  return changes;
}

/** Codes without a row in either table follow their range, or the rule for all others. */
function compareRanges(old: Policy, now: Policy): readonly Change[] {
  const listed = new Set([...old.closeCodes, ...now.closeCodes].map(({ code }) => code));
  const changes: Change[] = [];
  let open: { readonly from: number; to: number; readonly change: string } | undefined;
  const end = (): void => {
    if (open === undefined) return;
    const subject = `close codes ${String(open.from)}–${String(open.to)} without a row`;
    const breaks = [
      breaksClients("an old client follows another rule than a new server means"),
      breaksServers("a new client follows another rule than an old server means"),
    ];
    changes.push({ subject, change: open.change, breaks });
    open = undefined;
  };
  for (let code = 1000; code <= 4999; code += 1) {
    if (listed.has(code)) continue;
    const change = `${ruleOf(old, code)} → ${ruleOf(now, code)}`;
    if (ruleOf(old, code) === ruleOf(now, code)) end();
    else if (open?.change === change) open.to = code;
    else {
      end();
      open = { from: code, to: code, change };
    }
  }
  end();
  return changes;
}

function compareErrorCodes(old: Policy, now: Policy): readonly Change[] {
  const changes: Change[] = [];
  for (const was of old.errorCodes) {
    const subject = `error code ${was.code}`;
    const is = now.errorCodes.find(({ code }) => code === was.code);
    if (is === undefined) {
      changes.push({ subject, change: "removed", breaks: [] });
      continue;
    }
    if (was.retryable !== is.retryable) {
      const change = is.retryable ? "now retryable" : "no longer retryable";
      changes.push({ subject, change, breaks: [], note: "each ERROR says it itself" });
    }
    if (was.countsAsViolation !== is.countsAsViolation) {
      const [change, breaks] = is.countsAsViolation
        ? ["now a violation", breaksClients("a new server closes on what an old one let pass")]
        : ["no violation now", breaksServers("an old server closes on what a new one lets pass")];
      changes.push({ subject, change, breaks: [breaks] });
    }
    if (was.precedence !== is.precedence) {
      const change = `precedence ${String(was.precedence)} → ${String(is.precedence)}`;
      changes.push({ subject, change, breaks: [] });
    }
  }
  const known = old.errorCodes.map(({ code }) => code);
  for (const { code } of now.errorCodes.filter((row) => !known.includes(row.code))) {
    const note = "`retryable` in the ERROR tells an old client enough";
    changes.push({ subject: `error code ${code}`, change: "added", breaks: [], note });
  }
  return changes;
}

type Row = Timer | Limit;

function compareNumbers(kind: string, old: readonly Row[], now: readonly Row[]): readonly Change[] {
  const changes: Change[] = [];
  for (const was of old) {
    const subject = `${kind} ${was.name}`;
    const is = now.find(({ name }) => name === was.name);
    if (is === undefined) changes.push({ subject, change: "removed", breaks: [] });
    else changes.push(...compareRow(subject, was, is));
  }
  const known = old.map(({ name }) => name);
  for (const { name } of now.filter((row) => !known.includes(row.name))) {
    changes.push({ subject: `${kind} ${name}`, change: "added", breaks: [] });
  }
  return changes;
}

function compareRow(subject: string, was: Row, is: Row): readonly Change[] {
  const changes: Change[] = [];
  if (was.announcedIn !== is.announcedIn) {
    const change = `announced in ${was.announcedIn ?? "nothing"} → ${is.announcedIn ?? "nothing"}`;
    const breaks = [
      breaksClients("an old client does not find the server's number"),
      breaksServers("a new client does not find the server's number"),
    ];
    changes.push({ subject, change, breaks });
  }
  for (const bound of ["default", "min", "max"] as const) {
    if (was[bound] === is[bound]) continue;
    const change = `${bound} ${String(was[bound] ?? "none")} → ${String(is[bound] ?? "none")}`;
    const isFixed = was.min === undefined || was.max === undefined;
    if (is.announcedIn === undefined && isFixed) {
      changes.push({ subject, change, breaks: FIXED });
    } else {
      const note = is.announcedIn === undefined ? "a setting of one side" : "CONNECT announces it";
      changes.push({ subject, change, breaks: [], note });
    }
  }
  return changes;
}

/** A number that is neither announced nor a setting: both sides build on it. */
const FIXED: readonly Break[] = [
  breaksClients("old clients and new servers build on different numbers"),
  breaksServers("new clients and old servers build on different numbers"),
];
