import { describe, expect, test } from "vitest";
import { withAttestation } from "../../../components/sgx";
import { attestedPod, epc, labelledPod, pod, type Pod } from "../../e2e/policies/pods";
import { patchOf, versions } from "../../e2e/secrets/identity-webhook";
import { ofServed, served } from "./verdict";
import { keyRelease, keyVariables as env } from "../key-release.js";

/*
 * What keyRelease writes, and what the identity webhook adds, beside the two admission policies: neither is lost or
 * refused, whichever comes first. test/e2e/secrets tries the same on a real API server.
 */
const helper = { name: "helper", image: "h:1" };
const asking = withAttestation(pod({ app: { resources: { limits: epc } }, containers: [helper] }), "outOfProcess", {
    keyRelease,
});
/** The same by hand, for the policy to set up. */
const labelled = labelledPod({
    labels: { "azure.workload.identity/use": "true" },
    app: { env },
    containers: [helper],
    spec: { serviceAccountName: "payroll" },
});

const account = { "azure.workload.identity/client-id": "client" };

describe.each(versions)("beside the identity webhook, %s,", (version) => {
    const webhook = (given: Pod): Pod => {
        const copy = structuredClone(given);
        for (const { path, value } of patchOf(version, copy, account) as { path: string; value: never }[]) {
            copy.spec[path.replace("/spec/", "") as "containers"] = value;
        }
        return copy;
    };
    const ways: [string, (given: Pod) => Pod][] = [
        ["the webhook first", (given) => served(webhook(given))],
        ["the policy first", (given) => webhook(served(given))],
    ];

    test.each(ways)("a pod that asks for a key is admitted with all that it needs: %s", (_, mutated) => {
        for (const given of [asking, labelled]) {
            const made = mutated(given);
            expect(ofServed(made)).toBe("admitted");
            expect(made.metadata).toMatchObject({ labels: { "azure.workload.identity/use": "true" } });
            expect(made.spec).toMatchObject({ serviceAccountName: "payroll" });
            const [app] = made.spec.containers as { env?: object[]; volumeMounts?: object[] }[];
            const given4 = ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST"];
            const named = given4.map((name) => expect.objectContaining({ name }) as unknown);
            expect(app?.env).toEqual(expect.arrayContaining([...env, { name: "SGX_AESM_ADDR", value: "1" }, ...named]));
            expect(JSON.stringify(app?.volumeMounts)).toContain("/var/run/secrets/azure/");
            expect(JSON.stringify(app?.volumeMounts)).toContain("/var/run/aesmd");
            expect(JSON.stringify(made.spec.volumes)).toContain("api://AzureADTokenExchange");
        }
    });

    test("the policy leaves a pod alone that withAttestation and the webhook have set up", () => {
        expect(served(webhook(asking))).toEqual(webhook(asking));
        expect(served(webhook(attestedPod()))).toEqual(webhook(attestedPod()));
    });

    test("the proxy that an annotation asks for is refused: its init container is privileged", () => {
        const annotations = { "azure.workload.identity/inject-proxy-sidecar": "true" };
        const given = structuredClone(asking);
        Object.assign(given.metadata, { annotations });
        expect(ofServed(webhook(given))).toBe("privileged");
    });
});
