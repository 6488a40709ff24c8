import { UsageError } from "../usage-error.js";

/** The server cannot be started or reached, or wants what the suite was not given. */
export class ServerUnreachable extends UsageError {}

/** The server is there and does not do what every case needs: no case can say anything. */
export class NoCanary extends Error {}
