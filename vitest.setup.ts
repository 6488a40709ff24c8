import { configureGlobal } from "fast-check";

// The gate must say the same of the same tree twice; other seeds are a matter of LATIDO_SEED=<number>.
configureGlobal({ seed: Number(process.env.LATIDO_SEED ?? 20_260_301) });
