import { expect, test, vi } from "vitest";
import type { Admission } from "./admission.js";
import { Probes } from "./probes.js";
import type { SessionRegistry } from "./stores/store.js";

function newcomer(): { readonly admission: Admission; readonly proved: ReturnType<typeof vi.fn> } {
  const proved = vi.fn();
  return { admission: { occupantProved: proved } as unknown as Admission, proved };
}

function probing() {
  const probe = vi.fn();
  return { probes: new Probes({ probe } as unknown as SessionRegistry), probe };
}

test("SESS-5 a sign of life reaches every newcomer that still waits, once", () => {
  const { probes, probe } = probing();
  const [gone, waiting, late] = [newcomer(), newcomer(), newcomer()];
  for (const { admission } of [gone, waiting]) probes.ask("older", admission);
  probes.ask("other", late.admission);
  expect(probe.mock.calls).toEqual([["older"], ["older"], ["other"]]);
  probes.forget("older", gone.admission);
  probes.answered("older");
  probes.answered("older");
  expect(gone.proved).not.toHaveBeenCalled();
  expect(waiting.proved.mock.calls).toEqual([["older"]]);
  expect(late.proved).not.toHaveBeenCalled();
});

test("SESS-5 nothing is kept of sessions that never answered", () => {
  const { probes } = probing();
  for (let count = 0; count < 1_000; count += 1) {
    const sessionId = `session-${String(count)}`;
    const newcomers = [newcomer(), newcomer()];
    for (const { admission } of newcomers) probes.ask(sessionId, admission);
    for (const { admission } of newcomers) probes.forget(sessionId, admission);
  }
  expect(probes.size).toBe(0);
});
