import { describe, expect, test } from "vitest";
import { toPlatformArgs } from "../../config/read";
import { failureOf } from "../support/failure";
import type { BadConfig } from "./bad-config";
import { badPolicies } from "./bad-policies";
import { badPools } from "./bad-pools";
import { badWorkloads } from "./bad-workloads";
import { good, goodJob } from "./good-config";

const badConfigs = [...badPools, ...badWorkloads, ...badPolicies];

/** Values as the engine hands them over: text as it is, all else as JSON. */
function raw(values: Record<string, unknown>, secretKeys: string[] = []) {
    const entries = Object.entries(values)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [`confidential-aks:${key}`, typeof value === "string" ? value : JSON.stringify(value)]);
    return {
        values: Object.fromEntries(entries) as Record<string, string>,
        isSecret: (key: string) => secretKeys.includes(key),
    };
}

function read(values: Record<string, unknown>, secretKeys?: string[]) {
    return toPlatformArgs("the test", "confidential-aks", raw(values, secretKeys));
}

function valuesOf({ change = {}, enclavePool, job }: BadConfig): Record<string, unknown> {
    return {
        ...good,
        ...(enclavePool === undefined
            ? {}
            : { enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3", count: 1, ...enclavePool }] }),
        ...(job === undefined ? {} : { jobs: [{ ...goodJob, ...job }] }),
        // An existing cluster takes no location; every other case keeps it.
        ...("existing" in change ? { location: undefined } : {}),
        ...change,
    };
}

describe("a bad configuration", () => {
    test.each(badConfigs.map((bad) => ({ ...bad, name: `${bad.title} (${bad.path})` })))(
        "$name is reported as one problem",
        (bad) => {
            const error = failureOf(() => read(valuesOf(bad)));
            expect(error.problems.map(({ path }) => path)).toEqual([bad.path]);
            expect(error.message).toMatch(bad.says);
        },
    );
});

test("all problems are reported at once, in the order of the arguments", () => {
    const error = failureOf(() =>
        read({
            ...good,
            colour: "blue",
            quoteHelper: { image: "no-tag" },
            enclavePools: [{ name: "My-Pool", vmSize: "standard_dc2s_v3", count: "2" }],
            jobs: [{ ...goodJob, epc: "10" }],
        }),
    );
    expect(error.problems.map(({ path }) => path)).toEqual([
        "enclavePools[0].count",
        "colour",
        "enclavePools[0].name",
        "enclavePools[0].vmSize",
        "quoteHelper.image",
        "jobs[0].epc",
    ]);
    expect(error.message).toContain("6 problems in the test");
});

describe("a good configuration", () => {
    test("becomes the platform's arguments unchanged", () => {
        expect(read(good)).toEqual(good);
    });

    test("leaves out what Pulumi.yaml spells as empty", () => {
        expect(read({ ...good, network: {}, jobs: [], clusterName: "", entra: {} })).toEqual(good);
    });

    test("keeps a job's environment, arguments and command secret when a value in them is encrypted", async () => {
        const job = { ...goodJob, env: { TOKEN: "hush" }, args: ["hush"], command: ["run"] };
        const [made] = read({ ...good, jobs: [job] }, ["confidential-aks:jobs"]).jobs ?? [];
        for (const value of [made?.env?.TOKEN, made?.args?.[0], made?.command?.[0]]) {
            expect(await (value as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
        }
    });

    test("takes an image with tag and digest, and a single address for the API server", () => {
        const image = `r.example:5000/sgx/aesm:2.29@sha256:${"a".repeat(64)}`;
        const values = { ...good, quoteHelper: { image }, apiServer: { authorizedIpRanges: ["203.0.113.7"] } };
        expect(read(values)).toEqual(values);
    });

    test("derives what fits from a range that is given alone", () => {
        for (const network of [{ serviceCidr: "172.16.0.0/16" }, { mode: "nodeSubnet", vnetCidr: "172.20.0.0/16" }]) {
            expect(read({ ...good, network })).toEqual({ ...good, network });
        }
    });

    test("takes policies, whose version is the cluster's where that is named", () => {
        const policies = { namespaces: ["payments"] };
        expect(read({ ...good, policies: { ...policies, inject: false } }).policies).toEqual({
            ...policies,
            inject: false,
        });
        expect(read({ ...good, policies, kubernetesVersion: "1.36" }).policies).toEqual(policies);
        expect(
            read({ ...good, policies: { ...policies, kubernetesVersion: "1.35" } }).policies?.kubernetesVersion,
        ).toBe("1.35");
    });

    test("lets policies cover the namespace of the sample when it does not run", () => {
        const policies = { namespaces: ["attestation-sample"], inject: false };
        expect(read({ ...good, sample: undefined, runSample: undefined, policies }).policies).toEqual(policies);
    });

    test("ignores keys of other namespaces", () => {
        const values = raw(good);
        values.values["azure-native:location"] = "westeurope";
        expect(toPlatformArgs("the test", "confidential-aks", values)).toEqual(good);
    });
});

test.each([
    ["an encrypted value where it would show", { tags: { owner: "hush-hush" } }, "tags", /not allowed: encrypted/],
    ["an encrypted name", { clusterName: "hush-hush" }, "clusterName", /without --secret/],
])("%s is refused, without showing it", (_title, change, path, says) => {
    const error = failureOf(() => read({ ...good, ...change }, [`confidential-aks:${path}`]));
    expect(error.problems.map((problem) => problem.path)).toEqual([path]);
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain("hush-hush");
});

test("a misspelt namespace is reported", () => {
    const values = raw(good);
    values.values["confidentail-aks:quoting"] = "addon";
    const error = failureOf(() => toPlatformArgs("the test", "confidential-aks", values));
    expect(error.message).toContain('did you mean "confidential-aks:quoting"?');
});

test("the value of a secret key never appears in a report", () => {
    const error = failureOf(() =>
        read({ ...good, jobs: [{ ...goodJob, memory: "hush-hush" }] }, ["confidential-aks:jobs"]),
    );
    expect(error.message).toContain("jobs[0].memory");
    expect(error.message).not.toContain("hush-hush");
});

test("settings of a sample that does not run are checked as well: a misspelt runSample hides none of their problems", () => {
    const { runSample: _, ...rest } = good;
    const error = failureOf(() => read({ ...rest, runSampel: true, sample: { epc: 10, deadlineSeconds: 1 } }));
    expect(error.message).toMatch(/did you mean "runSample"\?[^]*sample.deadlineSeconds = 1/);
    expect(error.message).toContain("not allowed: without runSample");
    expect(error.message).not.toContain('quote it: "10"');
});

test("nor does the remedy of a number among the secrets that should be text", () => {
    const jobs = [{ ...goodJob, env: { PIN: 73519264 }, args: [998877] }];
    const error = failureOf(() => read({ ...good, jobs }, ["confidential-aks:jobs"]));
    expect(error.message).toContain("jobs[0].env.PIN = [hidden]");
    expect(error.message).not.toMatch(/73519264|998877/);
});
