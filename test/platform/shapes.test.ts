import { expect, test } from "vitest";
import { checkPlatform } from "../../components/platform/spec.js";

/*
 * What no type lets through and JavaScript does: one problem at the argument, and none that follow from it.
 */
const groups = [
    ...["devicePlugin", "quoteHelper", "nodeProof", "attestationMonitoring", "sample", "images", "policies"],
    ...["existing", "attestation", "secrets"],
];
const ofCluster = ["systemPool", "network", "entra", "apiServer", "security", "monitoring", "maintenance"];
const lists = ["enclavePools", "nodePools", "jobs"];

const wrong = [
    ...[...groups, ...ofCluster].flatMap((key) => [null, "x", 5, [null]].map((value) => ({ key, value, path: key }))),
    ...lists.flatMap((key) => [null, "x", 5, {}].map((value) => ({ key, value, path: key }))),
    ...lists.flatMap((key) => [[null], ["x"], [[]]].map((value) => ({ key, value, path: `${key}[0]` }))),
];

test.each(wrong)("$key of another shape: $value", ({ key, value, path }) => {
    const enclavePools = [{ name: "sgx", vmSize: "Standard_DC4s_v3" }];
    const args = { location: "westeurope", enclavePools, [key]: value } as never;
    expect(checkPlatform(args).problems.map((problem) => problem.path)).toEqual([path]);
});
