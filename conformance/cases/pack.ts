// Writes dist/conformance/cases.json; a step of `npm run build`.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { connectFrame } from "../driven/connect-frame.js";
import { STREAMS } from "../driven/streams.js";
import { DRIVER_PROTOCOL } from "../driver/protocol.js";
import { packageRoot, packageVersion } from "../package-root.js";
import { loadProfiles } from "../profiles/profile.js";
import { suitePath, type Suite } from "./built.js";
import { readCaseFiles } from "./load.js";

/** The suite as the case files have it now. */
export function suite(): Suite {
  return {
    format: 1,
    suiteVersion: packageVersion(),
    driverProtocol: DRIVER_PROTOCOL,
    variables: STREAMS,
    connect: connectFrame("$user", "$session", {}),
    profiles: [...loadProfiles().values()],
    cases: readCaseFiles(),
  };
}

/** Writes cases.json into the folder of a package. */
export function writeSuite(root: string = packageRoot()): void {
  const path = suitePath(root);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(suite(), undefined, 1)}\n`);
}
