// The one place where the world meets the session that it tries.
export { Session } from "../generated/typescript/client/session.js";
export type { SessionEffect } from "../generated/typescript/client/effects.js";
export type { SessionInput } from "../generated/typescript/client/inputs.js";
export type { SessionSettings } from "../generated/typescript/client/settings.js";
export type { StoredMessage } from "../generated/typescript/client/stored.js";
export type { Move } from "../generated/typescript/client/machine.js";
