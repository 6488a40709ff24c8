// One attack in a thread of its own.

import { parentPort, Worker, workerData } from "node:worker_threads";
import { attack, type AttackOptions, type AttackReport } from "./attack.js";

type Told = { readonly sent: number } | { readonly report: AttackReport };

export async function attackInThread({ onSent, ...plain }: AttackOptions): Promise<AttackReport> {
  const worker = new Worker(new URL(import.meta.url), { workerData: plain });
  return await new Promise((resolve, reject) => {
    worker.on("message", (told: Told) => {
      if ("sent" in told) onSent?.(told.sent);
      else resolve(told.report);
    });
    worker.once("error", reject);
  });
}

const port = parentPort;
if (port !== null) {
  let unsaid = 0;
  const onSent = (frames: number): void => {
    unsaid += frames;
    if (unsaid < 1_000) return;
    port.postMessage({ sent: unsaid } satisfies Told);
    unsaid = 0;
  };
  const report = await attack({ ...(workerData as AttackOptions), onSent });
  port.postMessage({ report } satisfies Told);
}
