import {
  type Client,
  type ClientOptions,
  createClient,
} from "../../../generated/typescript/client/index.js";
import { FakeServer } from "./fake-server.js";
import { head } from "./session-probe.js";
import { settle, VirtualClock } from "./virtual-clock.js";

/** Events of the application under test. */
export interface Events {
  readonly order_created: { readonly n: number };
  readonly chat: string;
}

/** A client on a virtual clock before a scripted server. */
export interface Bench {
  readonly server: FakeServer;
  readonly clock: VirtualClock;
  readonly client: Client<Events>;
}

/** A client that has not connected yet. */
export function bench(options: Partial<ClientOptions> = {}): Bench {
  const server = new FakeServer();
  const clock = new VirtualClock();
  const client = createClient<Events>({
    url: "ws://example.test/",
    userId: "user123",
    dial: server.dial,
    clock,
    random: () => 0.5,
    ...options,
  });
  return { server, clock, client };
}

/** A client whose session has one stream, with its head at `lastEventId`. */
export async function connected(
  options: Partial<ClientOptions> = {},
  lastEventId = 0,
): Promise<Bench> {
  const made = bench(options);
  const connecting = made.client.connect();
  await settle();
  made.server.last.accept([head(lastEventId, { scope: { place: "demo" }, module: "orders" })]);
  await connecting;
  return made;
}
