import { jwtAuthenticator } from "../server/auth-jwt.js";
import { systemClock } from "../server/clock.js";
import { validateOptions } from "../server/config.js";
import { checkedWebhook } from "../server/messages/webhook-options.js";
import { SERVER_NUMBERS } from "../server/server-numbers.js";
import { checkedTls } from "../server/tls.js";
import { allSettings, isSecret, mayHoldSecret } from "./setting.js";
import type { LoadedSettings } from "./settings.js";

const MASK = "***";

/**
 * What the server would run with, defaults included, and where each setting came from, as JSON. Keys and
 * secrets are masked.
 * @throws UsageError as the server would
 */
export function printedSettings({ options, document, logLevel, sources }: LoadedSettings): string {
  const { host, transport = "auto", tls } = options;
  const { port, closeWaitMs } = SERVER_NUMBERS;
  const webhook = options.webhook && checkedWebhook(options.webhook);
  const checked = validateOptions(options);
  const { auth, events } = checked;
  const clock = systemClock();
  if (auth.mode === "jwt") jwtAuthenticator(auth, () => clock.now());
  if (tls !== undefined) checkedTls(tls);
  const settings: Tree = {
    port: options.port ?? port.default,
    host,
    transport,
    tls,
    closeWaitMs: options.closeWaitMs ?? closeWaitMs.default,
    logLevel,
    environment: options.environment,
    ...checked,
    auth: { ...auth },
    events: Object.fromEntries(events),
    contract: document,
    clientEvents: [...checked.clientEvents],
    messageLimits: options.messageLimits,
    webhook: webhook && { ...webhook },
  };
  const from: Record<string, string> = {};
  for (const { path } of allSettings()) {
    const place = placeOf(settings, path);
    if (place === undefined) continue;
    const { group, name } = place;
    if (mayHoldSecret(path)) group[name] = masked(path, String(group[name]));
    from[path] = sources.get(path) ?? "default";
  }
  return `${JSON.stringify({ settings, sources: from }, undefined, 2)}\n`;
}

type Tree = Record<string, unknown>;

function placeOf(
  settings: Tree,
  path: string,
): { readonly group: Tree; readonly name: string } | undefined {
  const [first = "", second] = path.split(".");
  const group = second === undefined ? settings : (settings[first] as Tree | undefined);
  const name = second ?? first;
  return group?.[name] === undefined ? undefined : { group, name };
}

/** An address is shown without what stands before its host and behind its path. */
function masked(path: string, value: string): string {
  if (isSecret(path) || !URL.canParse(value)) return MASK;
  const url = new URL(value);
  const query = url.search === "" ? "" : `?${MASK}`;
  return `${url.protocol}//${url.host}${url.pathname}${query}`;
}
