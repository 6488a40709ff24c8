// Who is on duty: the presence group of everybody who works tonight.

import type { Client } from "../client/client/index.js";

export class DutyRoster {
  readonly #waiting = new Set<() => void>();

  /** @param onLeave told of whoever left; a phone that is back within the grace did not leave */
  constructor(
    private readonly client: Client,
    onLeave: (userId: string) => void,
  ) {
    client.onPresence((change) => {
      if (change.kind === "diff") for (const userId of change.leaves) onLeave(userId);
      for (const look of this.#waiting) look();
    });
  }

  /** Such as `hugo (hall), wanda (terrace, busy)`, by name. */
  get text(): string {
    const group = [...this.client.groups.values()].find(({ scope }) => "staff" in scope);
    return [...(group?.members.values() ?? [])]
      .map(({ userId, status, metadata }) => {
        const more = [metadata?.sector, status === "online" ? undefined : status];
        const said = more.filter((word) => typeof word === "string").join(", ");
        return said === "" ? userId : `${userId} (${said})`;
      })
      .sort()
      .join(", ");
  }

  /** Resolves when the roster reads so. */
  async reads(text: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.text !== text) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Puts a waiter on the roster, now and after every reconnect. */
export function onDuty(client: Client, sector: string, status: "online" | "busy" = "online"): void {
  client.setPresence({ status, metadata: { sector } });
}
