import { SessionProbe } from "./session-probe.js";

/** A session with a provider that answers at once, so that every code may be followed. */
export function withProvider(): SessionProbe {
  return new SessionProbe({ tokens: { kind: "provider" } });
}

/** The provider answers what it was asked last. */
export function giveToken(probe: SessionProbe, token = "t1"): SessionProbe {
  const { requestId } = probe.last("requestToken");
  return probe.input({ type: "token", requestId, token });
}

/** Wait out the delay that was declared. */
export function wait(probe: SessionProbe): SessionProbe {
  return probe.elapse(probe.lastState().retryInMs ?? 0);
}
