/** What the bench asks of a server's process. */
export type Command = { readonly ask: "cpu" } | { readonly ask: "publish"; readonly count: number };

/** What a server's process says. CPU in microseconds since its start, all threads. */
export type Said =
  | { readonly says: "ready"; readonly port: number }
  | { readonly says: "cpu"; readonly micros: number }
  | { readonly says: "failed"; readonly message: string };

/** Answers the bench, until it is gone. */
export function obey(port: number, publish: (count: number) => void): void {
  process.on("message", (command: Command) => {
    if (command.ask === "publish") publish(command.count);
    else {
      const { user, system } = process.cpuUsage();
      tell({ says: "cpu", micros: user + system });
    }
  });
  process.on("disconnect", () => {
    process.exit(0);
  });
  tell({ says: "ready", port });
}

export function tell(said: Said): void {
  process.send?.(said);
}

/** An EVENT's payload in a fan-out. */
export const EVENT_PAYLOAD = {
  orderId: "o-17",
  table: 12,
  items: ["soup", "bread", "two plates of rice"],
};
