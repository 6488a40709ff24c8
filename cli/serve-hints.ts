import type { Server } from "../server/index.js";
import { DEMO_BASE, type LoadedSettings } from "./settings.js";

type Served = Pick<Server, "url" | "httpUrl" | "transport">;
type Loaded = Pick<LoadedSettings, "options" | "document" | "base">;

/** What a person may do next with a server that has just started: commands that this server takes. */
export function serveHints(server: Served, loaded: Loaded): string {
  const { url, httpUrl, transport } = server;
  const placeholders = placeholdersOf(loaded);
  const where = placeholders.length === 0 ? "" : `  with ${placeholders.join(", ")}\n`;
  return `Latido serves ${url} (transport ${transport}, store memory).
  health   ${httpUrl}/health
  metrics  ${httpUrl}/metrics

Try next, in another terminal:
  ${watchHint(url, loaded)}
${suiteHint(server, loaded)}  ${publishHint(httpUrl, loaded)}
${where}
Stop with Ctrl+C: connected clients are told to come back.
`;
}

function watchHint(url: string, { options }: Loaded): string {
  return options.auth.mode === "jwt"
    ? `LATIDO_TOKEN=TOKEN npx latido watch ${url} --user USER`
    : `npx latido watch ${url} --user ana`;
}

/** The suite publishes events of its own to the demo's scope, without a key: other settings refuse that. */
function suiteHint({ url, httpUrl }: Served, { options, document, base }: Loaded): string {
  const isDemo = base === DEMO_BASE && document === undefined && options.auth.mode === "none";
  if (!isDemo || options.apiKey !== undefined) return "";
  return `  npx latido conformance server ${url} --publish ${httpUrl}/v1/events\n`;
}

function publishHint(httpUrl: string, { options, document }: Loaded): string {
  const { auth, apiKey, events = {}, contract = {} } = options;
  const scope =
    auth.mode === "none" ? JSON.stringify(auth.scopes[0] ?? { place: "demo" }) : "SCOPE";
  const published = Object.keys(contract).find((name) => contract[name]?.sentByClients === false);
  const event =
    document === undefined ? Object.keys(events)[0] : (published ?? Object.keys(contract)[0]);
  const payload = document === undefined ? '{"orderId":"o-17"}' : "PAYLOAD";
  const key = apiKey === undefined ? "" : "-H 'authorization: Bearer KEY' ";
  return `curl -X POST ${httpUrl}/v1/events -H 'content-type: application/json' \\
    ${key}-d '{"scopes":[${scope}],"event":"${event ?? ""}","payload":${payload}}'`;
}

/** What the words in capitals stand for: nothing that only the settings know is printed. */
function placeholdersOf({ options, document }: Loaded): readonly string[] {
  return [
    ...(options.auth.mode === "jwt" ? ["a TOKEN of USER", "a SCOPE that it holds"] : []),
    ...(options.apiKey === undefined ? [] : ["the apiKey as KEY"]),
    ...(document === undefined ? [] : [`a PAYLOAD that ${document} allows`]),
  ];
}
