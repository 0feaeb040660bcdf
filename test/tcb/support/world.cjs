// Preloaded by tests of the command line: puts a double in the place of Intel's services. The command itself has no way
// to choose another service or another root.
const { createPublicKey } = require("node:crypto");
// Of the compiled package in the folder where the command runs.
const { intel } = require(require("node:path").resolve("dist/tcb/collect/world.js"));

const { root, now, ...places } = JSON.parse(process.env.TCB_DOUBLE);
Object.assign(intel, places, { anchor: { key: createPublicKey(root) }, now: () => new Date(now) });
