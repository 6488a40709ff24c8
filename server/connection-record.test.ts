import { expect, test, vi } from "vitest";
import { ConnectionRecord, type Ending } from "./connection-record.js";
import { silentLogger } from "./logger.js";
import { Metrics } from "./metrics.js";

test("what this side decided stays the code of an end, whatever the socket says later", async () => {
  const info = vi.fn();
  const metrics = new Metrics({});
  const record = new ConnectionRecord({
    logger: { ...silentLogger, info },
    metrics,
    now: () => 20_000,
    guarded: (act) => act,
  });
  const link: Ending = {
    userId: "ana",
    deviceId: "phone",
    sessionId: "s",
    isAdmitted: true,
    openedAt: 5_000,
    endCode: undefined,
  };
  record.ended(link, 4_000);
  record.over(link, 1_006); // a silent peer never answers the close frame
  const about = { sessionId: "s", userId: "ana", code: 4_000, openMs: 15_000 };
  expect(info).toHaveBeenCalledExactlyOnceWith(about, "a session is over");
  const text = await metrics.registry.metrics();
  expect(text).toContain('ws_closes_total{code="4000"} 1');
  expect(text).toContain('ws_closes_total{code="1006"} 0');
});
