import type { TransportHost } from "./transport.js";

/** An exception must not leave a native callback: it would end the process. */
export function safely(host: TransportHost, act: () => void): void {
  try {
    act();
  } catch (error) {
    host.failed(error);
  }
}
