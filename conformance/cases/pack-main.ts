import { writeSuite } from "./pack.js";

writeSuite();
