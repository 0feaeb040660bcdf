import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readAzure } from "../../../doctor/collect/azure";
import { answers, fakeAz, forbidden, startArmDouble, token, type ArmDouble } from "../support/arm";

const place = { resourceGroup: "rg1", cluster: "clustername1" };
let folder: string;
let arm: ArmDouble | undefined;

beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "confidential-aks-az-"));
});
afterEach(async () => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
    await arm?.stop();
    arm = undefined;
});

/** Asks the double, with a fake Azure CLI in front of all others. */
async function read(...double: Parameters<typeof startArmDouble>) {
    arm = await startArmDouble(...double);
    fakeAz(folder, arm.endpoint);
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
    return await readAzure(place, () => undefined);
}

describe("Azure is asked", () => {
    test("for the cluster, its pools, the sizes of these and the quota, all pages; what no check reads is left out", async () => {
        const snapshot = await read();
        expect(snapshot.gaps).toEqual([]);
        expect(snapshot.cluster).toEqual({
            name: "clustername1",
            resourceGroup: "rg1",
            location: "westeurope",
            version: "1.36.2",
            provisioningState: "Succeeded",
            powerState: "Running",
            supportPlan: "KubernetesOfficial",
            outboundType: "loadBalancer",
            networkPlugin: "azure",
            imdsRestriction: "disabled",
            sgxAddon: { quoteHelper: true },
        });
        expect(snapshot.pools[1]).toEqual({
            name: "enclave",
            vmSize: "Standard_DC2s_v3",
            count: 2,
            provisioningState: "Succeeded",
            powerState: "Running",
            autoscaling: true,
            maxCount: 4,
            maxSurge: "33%",
            zones: ["1", "2"],
        });
        expect(snapshot.skus.map(({ name, zones }) => [name, zones])).toEqual([
            ["Standard_DC2s_v3", ["1", "2"]],
            ["Standard_D4s_v5", ["1", "2"]],
        ]);
        expect(snapshot.skus[0]?.restrictions).toEqual([
            { type: "Zone", reasonCode: "NotAvailableForSubscription", zones: ["3"] },
        ]);
        expect(snapshot.usages[1]).toEqual({
            name: "standardDCSv3Family",
            localizedName: "Standard DCSv3 Family vCPUs",
            used: 4,
            limit: 16,
        });
        expect(JSON.stringify(snapshot)).not.toMatch(/planted-secret|claims-of-the-reader/);
    });

    test("for the codes of the error that a pool failed with, also inside of it, and for none of its words", async () => {
        const [system, enclave] = answers.pools;
        const provisioningError = {
            code: "InvalidTemplateDeployment",
            message: "The template deployment of somebody@example.org is not valid.",
            details: [{ code: "QuotaExceeded", message: "Operation could not be completed" }],
        };
        const failed = { provisioningState: "Failed", status: { provisioningError } };
        const pools = [system, { ...enclave, properties: { ...enclave?.properties, ...failed } }];
        const snapshot = await read(undefined, { pools });
        expect(snapshot.pools[1]?.error).toBe("InvalidTemplateDeployment: QuotaExceeded");
        expect(JSON.stringify(snapshot)).not.toContain("somebody");
    });

    test("only to read, as the Azure CLI is signed in, and for sizes of the region only", async () => {
        await read();
        expect(new Set(arm?.asked.map(({ method }) => method))).toEqual(new Set(["GET"]));
        expect(new Set(arm?.asked.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${token}`]));
        const skus = arm?.asked.find(({ url }) => url.pathname.endsWith("/skus"));
        expect(skus?.url.searchParams.get("$filter")).toBe("location eq 'westeurope'");
    });

    test("in a stable version where it does not have the preview, which alone knows of IMDS", async () => {
        const { podLinkLocalAccess: _, ...networkProfile } = answers.cluster.properties.networkProfile;
        const cluster = { ...answers.cluster, properties: { ...answers.cluster.properties, networkProfile } };
        const snapshot = await read(
            ({ url }) =>
                url.searchParams.get("api-version")?.endsWith("-preview") === true
                    ? { status: 400, body: { error: { code: "NoRegisteredProviderFound", message: "no" } } }
                    : undefined,
            { cluster },
        );
        expect(snapshot.cluster).toMatchObject({ version: "1.36.2" });
        expect(snapshot.cluster).not.toHaveProperty("imdsRestriction");
        expect(snapshot.gaps).toEqual([]);
    });

    test.each([
        ["without the add-on", {}, undefined],
        ["with the add-on off", { ACCSGXDevicePlugin: { enabled: false } }, undefined],
        ["with the add-on as it is by default", { ACCSGXDevicePlugin: { enabled: true } }, { quoteHelper: false }],
        [
            "with another spelling of it",
            { accsgxDevicePlugin: { enabled: true, config: { ACCSGXQuoteHelperEnabled: "True" } } },
            { quoteHelper: true },
        ],
    ])("about a cluster %s", async (_, addonProfiles, expected) => {
        const cluster = { ...answers.cluster, properties: { ...answers.cluster.properties, addonProfiles } };
        expect((await read(undefined, { cluster })).cluster?.sgxAddon).toEqual(expected);
    });
});

describe("what Azure does not show is a gap", () => {
    test("that names the action, and not the person", async () => {
        const snapshot = await read(({ url }) =>
            url.pathname.endsWith("/skus") ? forbidden("Microsoft.Compute/skus/read") : undefined,
        );
        expect(snapshot.gaps).toEqual([{ what: "skus", detail: "AuthorizationFailed: Microsoft.Compute/skus/read" }]);
        expect(snapshot.pools).toHaveLength(2);
    });

    test("also all that follows from the cluster, when that is not shown", async () => {
        const snapshot = await read(({ url }) =>
            url.pathname.endsWith("/clustername1") ? { status: 500, body: "down" } : undefined,
        );
        expect(snapshot.gaps).toEqual(["cluster", "skus", "usages"].map((what) => ({ what, detail: "HTTP 500" })));
    });

    test("when a next page would be somewhere else: the token goes nowhere but to Azure", async () => {
        const snapshot = await read(({ url }) =>
            url.pathname.endsWith("/agentPools")
                ? { status: 200, body: { value: [], nextLink: "http://127.0.0.1:1/elsewhere" } }
                : undefined,
        );
        expect(snapshot.gaps).toEqual([{ what: "pools", detail: "a next page elsewhere" }]);
    });
});

describe("what the reader of the terminal has to do is one message:", () => {
    test("the Azure CLI is not there", async () => {
        vi.stubEnv("PATH", folder);
        await expect(readAzure(place, () => undefined)).rejects.toThrow("the Azure CLI (az) is not installed");
    });

    test("the Azure CLI is signed out, and what it says of a person is not repeated", async () => {
        fakeAz(folder, "", "Please run 'az login' to setup account somebody@example.org.");
        vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
        const failed = await readAzure(place, () => undefined).catch(String);
        expect(failed).toContain("sign in with `az login`");
        expect(failed).not.toContain("somebody");
    });

    test("the token is refused", async () => {
        const answer = () => ({ status: 401, body: { error: { code: "InvalidAuthenticationToken", message: "no" } } });
        await expect(read(answer)).rejects.toThrow("Azure does not take the token of the Azure CLI");
    });

    test("there is no such cluster", async () => {
        arm = await startArmDouble();
        fakeAz(folder, arm.endpoint);
        vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
        const other = { ...place, cluster: "another" };
        await expect(readAzure(other, () => undefined)).rejects.toThrow(
            "the subscription has no cluster another in resource group rg1",
        );
    });

    test("a subscription is no id", async () => {
        const named = { ...place, subscription: "My subscription; rm -rf" };
        await expect(readAzure(named, () => undefined)).rejects.toThrow("the id of a subscription is expected");
    });
});
