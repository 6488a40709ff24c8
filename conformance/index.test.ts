import { expect, it } from "vitest";

import * as conformance from "./index.js";

it("the package offers these names and no others under latido/conformance", () => {
  expect(Object.keys(conformance).sort()).toEqual([
    "CaseFileError",
    "EXIT",
    "HOSTILE_KINDS",
    "HostileFrames",
    "ServerUnreachable",
    "TesteeUnreachable",
    "casesFolder",
    "chooseCases",
    "compareResults",
    "comparisonText",
    "describeConformance",
    "diagnose",
    "examine",
    "exitCode",
    "judgeClient",
    "judgeOnTheWire",
    "judgeServer",
    "loadCases",
    "loadContract",
    "loadProfiles",
    "readReplay",
    "readResults",
    "repeated",
    "repeatedText",
    "resultsOf",
    "runDriven",
    "runServer",
    "startServer",
    "starterLanguages",
    "starterText",
    "writeReports",
    "writeStarter",
  ]);
});
