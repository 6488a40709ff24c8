// What the areas of spec/requirements.yaml are about, for readers who do not know their short names.

const TITLES: Readonly<Record<string, string>> = {
  CONN: "Transport and handshake",
  FRAME: "The envelope of a frame",
  STREAM: "Ids and order of events",
  SYNC: "Catching up after a gap",
  REFRESH: "Loading state anew",
  POS: "Positions, history, slow readers",
  ACK: "Acknowledging events",
  MSG: "Messages of the client",
  LIVE: "Heartbeats and dead links",
  RECON: "Coming back: delays and close codes",
  ERR: "Errors",
  LIMIT: "Rates and sizes",
  SESS: "Sessions of one user",
  AUTH: "Tokens and permissions",
  ROUTE: "Who receives what",
  PRES: "Presence",
  HTTP: "The HTTP interface",
  LIB: "What a client library offers",
};

/** The title of an area; an area that has none is called by its short name. */
export function areaTitle(area: string): string {
  return TITLES[area] ?? area;
}
