import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { USUAL_CLAIMS } from "../server-tier/tokens.js";
import { loadProfiles, profileNamed } from "./profile.js";
import { readOverlay, varied } from "./variation.js";

const folder = mkdtempSync(join(tmpdir(), "latido-overlay-"));

function file(text: string): string {
  const path = join(folder, "overlay.yaml");
  writeFileSync(path, text);
  return path;
}

describe("a variation of the profiles", () => {
  it("with tokens takes the key of the profile jwt and leaves every other setting", () => {
    const short = profileNamed("short");
    const { settings, ...rest } = varied(short, { auth: "jwt" });
    expect(settings).toEqual({ ...short.settings, auth: profileNamed("jwt").settings.auth });
    expect(rest).toEqual({ name: "short", description: short.description });
    expect(varied(profileNamed("jwt"), { auth: "jwt" })).toEqual(profileNamed("jwt"));
  });

  it.each([...loadProfiles().values()].map((each) => [each.name, each.settings.auth] as const))(
    "%s lets everyone see what the tokens of the suite say",
    (_name, { mode, ...seen }) => {
      if (mode === "none") expect(seen).toEqual(USUAL_CLAIMS);
    },
  );

  it("with more settings puts them over those of the profile, member by member", () => {
    const overlay = { transport: "ws", timers: { leaseMs: 1 } };
    const { settings } = varied(profileNamed("slow"), { overlay });
    expect(settings).toMatchObject({ transport: "ws", auth: { mode: "none" } });
    expect(settings.timers).toEqual({ slowConsumerMs: 2000, leaseMs: 1 });
  });

  it("reads them as YAML or JSON", () => {
    expect(readOverlay(file("limits: { pages: 2 }"))).toEqual({ limits: { pages: 2 } });
    expect(readOverlay(file('{"transport":"uws"}'))).toEqual({ transport: "uws" });
  });

  it("finds a contract beside the file that names it", () => {
    const contract = join(folder, "events.yaml");
    expect(readOverlay(file("contract: events.yaml"))).toEqual({ contract });
  });

  it.each([
    ["- transport", /must hold one mapping of settings/u],
    ["", /must hold one mapping of settings/u],
    ["a: [", /cannot read --settings .*overlay\.yaml: /u],
    ["auth: { mode: jwt }", /may not hold auth: .* see --auth/u],
  ])("%j is a mistake, told in one line", (text, says) => {
    expect(() => readOverlay(file(text))).toThrow(says);
    expect(() => readOverlay(file(text))).not.toThrow(/\n/u);
  });
});
