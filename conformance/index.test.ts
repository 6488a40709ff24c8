import { expect, it } from "vitest";

import * as conformance from "./index.js";

it("the package offers these names and no others under latido/conformance", () => {
  expect(Object.keys(conformance).sort()).toEqual([
    "CaseFileError",
    "EXIT",
    "ServerUnreachable",
    "TesteeUnreachable",
    "casesFolder",
    "chooseCases",
    "exitCode",
    "judgeClient",
    "judgeOnTheWire",
    "judgeServer",
    "loadCases",
    "loadContract",
    "loadProfiles",
    "resultsOf",
    "runDriven",
    "runServer",
    "startServer",
    "writeReports",
  ]);
});
