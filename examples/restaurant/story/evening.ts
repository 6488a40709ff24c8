// One evening in one branch: starts what there is, and plays the acts.

import { House } from "../house/house.js";
import { invalidator } from "../house/invalidate.js";
import { publisher } from "../house/publish.js";
import { listen } from "../house/webhook.js";
import { gather } from "./cast.js";
import { FlakyNetwork } from "./flaky-network.js";
import { LAST_ACTS } from "./last-acts.js";
import { NETWORK_ACTS } from "./network-acts.js";
import { REFUSALS } from "./refusals.js";
import { ROUTING_ACTS } from "./routing-acts.js";
import { Stage } from "./stage.js";

/** What the evening needs of its surroundings. */
export interface Evening {
  readonly secrets: Readonly<Record<"token" | "api" | "webhook", string>>;
  /** Starts the server, which asks the house at this address; answers where it is. */
  readonly start: (
    webhookUrl: string,
  ) => Promise<{ readonly url: string; readonly publish: string }>;
  readonly print: (line: string) => void;
}

export async function evening({ secrets, start, print }: Evening): Promise<void> {
  const stage = new Stage(secrets.token, print);
  const webhook = await listen(secrets.webhook, async (request) => await house.decide(request));
  const server = await start(webhook.url);
  const house = new House(publisher(server.publish, secrets.api), (id) => stage.roleOf(id));
  const network = await FlakyNetwork.before(server.url);
  try {
    const invalidate = invalidator(server.publish, secrets.api);
    const cast = await gather({ stage, house, webhook, invalidate, url: server.url, network });
    for (const { title, play } of [...ROUTING_ACTS, ...NETWORK_ACTS, ...REFUSALS, ...LAST_ACTS]) {
      await stage.act(title, async () => {
        await play(cast);
      });
    }
  } finally {
    await stage.close();
    network.close();
    webhook.close();
  }
}
