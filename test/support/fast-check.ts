import fc from "fast-check";

// Every run tries the same values, so that a failure points to a change and not to chance; FC_SEED=N draws others.
fc.configureGlobal({ seed: Number(process.env["FC_SEED"] ?? 1) });

export { fc };
