import type { Server } from "../server/index.js";
import type { LoadedSettings } from "./settings.js";

/** What a person may do next with a server that has just started. */
export function serveHints(
  { url, httpUrl, transport }: Pick<Server, "url" | "httpUrl" | "transport">,
  { options, document }: Pick<LoadedSettings, "options" | "document">,
): string {
  // The suite sends events of its own, which a contract refuses.
  const suite = `  npx latido conformance server ${url} --publish ${httpUrl}/v1/events\n`;
  const { auth, contract = {} } = options;
  const [scope = { place: "demo" }] = auth.mode === "none" ? auth.scopes : [];
  const published = Object.keys(contract).find((name) => contract[name]?.sentByClients === false);
  const [event, payload] =
    document === undefined
      ? ["order_created", '{"orderId":"o-17"}']
      : [published ?? Object.keys(contract)[0] ?? "", "PAYLOAD"];
  const where = document === undefined ? "" : `  with a PAYLOAD that ${document} allows\n`;
  return `Latido serves ${url} (transport ${transport}, store memory).
  health   ${httpUrl}/health
  metrics  ${httpUrl}/metrics

Try next, in another terminal:
  npx latido watch ${url} --user ana
${document === undefined ? suite : ""}  curl -X POST ${httpUrl}/v1/events -H 'content-type: application/json' \\
    -d '{"scopes":${JSON.stringify([scope])},"event":"${event}","payload":${payload}}'
${where}
Stop with Ctrl+C: connected clients are told to come back.
`;
}
