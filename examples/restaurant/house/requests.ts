// The messages of clients as the server hands them to the house.

import type { SentEvents, WebhookRequest, WebhookResponse } from "../client/index.js";

/** One request, its payload by its event. The server has checked payload and scope (ERR-4, MSG-33). */
export type Request = {
  readonly [Name in keyof SentEvents]: RequestOf<Name>;
}[keyof SentEvents];

export type RequestOf<Name extends keyof SentEvents> = WebhookRequest & {
  readonly event: Name;
  readonly payload: SentEvents[Name];
};

export type Decision = WebhookResponse;

export const ACCEPTED: Decision = { outcome: "accept" };
/** It goes to the others in its scope, as the client sent it. */
export const RELAYED: Decision = { outcome: "publish" };
/** @param message for people, at most 256 characters */
export const refused = (message: string): Decision => {
  return { outcome: "refuse", code: "forbidden", message };
};
