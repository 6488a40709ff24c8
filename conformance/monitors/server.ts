// Standing rules for a server under test.

import type { MonitorMaker } from "./monitor.js";
import { presenceChain } from "./presence-chain.js";
import { quietErrors } from "./quiet-errors.js";
import { closesAnnounced, errorsByTable, firstFrame, framesValid } from "./server-frames.js";
import { headsRepeated } from "./server-heads.js";
import { finalAnswers } from "./server-messages.js";
import { pagesBounded } from "./server-pages.js";
import { denseEvents } from "./server-streams.js";

export const SERVER_MONITORS: readonly MonitorMaker[] = [
  framesValid,
  firstFrame,
  denseEvents,
  pagesBounded,
  headsRepeated,
  closesAnnounced,
  finalAnswers,
  errorsByTable,
  presenceChain,
  quietErrors,
];
