import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { convertLegacyResources, withAttestation } from "../../../components/sgx/index.js";
import { findPodSpec } from "../../support/find-pod-spec.js";
import { failureOf } from "../../support/failure.js";
import { enclavePod, epc, frozen, wrappings } from "./workloads.js";

/** A secret as it travels, in which form a transform sees it. */
const secret = (value: unknown) => ({ [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig, value });
/** What a transform sees of arguments that travel. */
const seen = (args: object): object => pulumi.runtime.deserializeProperties(wire(args));
const wire = (args: object) => ({ toJavaScript: () => args, getFieldsMap: () => args, ...args }) as never;

const plain = wrappings.deployment(enclavePod({ env: [{ name: "TOKEN", value: "s3cr3t" }] }));
const { spec } = plain;

describe("arguments with secrets, as a transform sees them", () => {
    it("are set up, and what was a secret is one still", () => {
        const result = withAttestation(frozen({ ...plain, spec: secret(spec) }), "outOfProcess");
        expect(result).toEqual({ ...plain, spec: secret(withAttestation(plain, "outOfProcess").spec) });
        expect(withAttestation(result, "outOfProcess")).toEqual(result);
        expect(withAttestation(result, "inProcess")).toEqual({
            ...plain,
            spec: secret(withAttestation(plain, "inProcess").spec),
        });
        const whole = secret(spec);
        expect(withAttestation(whole, "outOfProcess")).toEqual(secret(withAttestation(plain, "outOfProcess").spec));
    });

    it("are what Pulumi's SDK makes of a secret deep inside", () => {
        const containers = [{ ...spec.template.spec.containers[0], env: [{ name: "TOKEN", value: secret("s3cr3t") }] }];
        const args = seen({ spec: { template: { spec: { containers } } } });
        const result = withAttestation(args, "outOfProcess");
        expect(Object.keys((result as { spec: object }).spec)).toEqual([pulumi.runtime.specialSigKey, "value"]);
        expect(result).toEqual({
            spec: secret(
                withAttestation(
                    { spec: { template: { spec: { containers: spec.template.spec.containers } } } },
                    "outOfProcess",
                ).spec,
            ),
        });
    });

    it("keep each secret list and object, and each secret text, in its place", () => {
        const text = secret("s3cr3t");
        const pod = {
            containers: secret([{ ...enclavePod().containers[0], env: secret([{ name: "TOKEN", value: text }]) }]),
            volumes: secret([{ name: "v", emptyDir: {} }]),
            tolerations: [{ key: "x", operator: "Exists" }],
        };
        const result = withAttestation(pod, "outOfProcess") as unknown as Record<
            string,
            { value: Record<string, unknown>[] }
        >;
        expect(Object.keys(result.containers!)).toEqual([pulumi.runtime.specialSigKey, "value"]);
        expect(result.containers!.value[0]?.env).toEqual(
            secret([
                { name: "TOKEN", value: text },
                { name: "SGX_AESM_ADDR", value: "1" },
            ]),
        );
        expect(result.volumes!.value).toHaveLength(2);
        expect(result.tolerations).toHaveLength(2);
        expect(withAttestation(withAttestation(pod, "outOfProcess"), "inProcess")).toEqual(
            withAttestation(pod, "inProcess"),
        );
    });

    it("show no value in a message", () => {
        const bad = wrappings.deployment(
            enclavePod({
                env: [{ name: "SGX_AESM_ADDR", value: "s3cr3t" }],
                volumeMounts: [{ name: "s3cr3t", mountPath: "/run/aesmd" }],
            }),
        );
        for (const given of [{ ...bad, spec: secret(bad.spec) }, secret(bad)]) {
            const { problems, message } = failureOf(() => withAttestation(given, "outOfProcess"));
            expect(problems).toHaveLength(2);
            expect(message).toContain("spec.template.spec.containers[0].env[0].value = [hidden]");
            expect(message).not.toContain("s3cr3t");
        }
    });

    it("have the legacy resource converted", () => {
        const legacy = (limits: object) => ({ spec: secret({ containers: [{ resources: { limits } }] }) });
        expect(convertLegacyResources(legacy({ "kubernetes.azure.com/sgx_epc_mem_in_MiB": 10 }))).toEqual(
            legacy({ [epc]: "10Mi" }),
        );
    });

    it("are no pod spec to who does not open them", () => {
        expect(findPodSpec({ spec: secret({ containers: [] }) })).toBeUndefined();
    });
});

describe("what a transform sees of an Output that is unknown", () => {
    const unknown = pulumi.unknown;

    it("may stand for a text", () => {
        const pod = enclavePod({
            image: unknown as never,
            env: [{ name: "URL", value: unknown }],
            resources: { limits: { [epc]: unknown } },
        });
        expect(withAttestation(pod, "outOfProcess").containers[0]?.env?.[0]?.value).toBe(unknown);
    });

    it.each<[string, object, string]>([
        ["the spec", { spec: unknown }, "spec"],
        ["the pod's spec", { spec: { template: { spec: unknown } } }, "spec.template.spec"],
        ["the containers", { spec: { containers: unknown } }, "spec.containers"],
        [
            "the variables",
            { spec: { containers: [{ ...enclavePod().containers[0], env: unknown }] } },
            "spec.containers[0].env",
        ],
        [
            "the resources",
            { spec: { containers: [{ name: "app", image: "a", resources: unknown }] } },
            "spec.containers[0].resources",
        ],
    ])("hides %s, and the message says so", (_, workload, path) => {
        const { problems, message } = failureOf(() =>
            withAttestation(workload, "outOfProcess", {
                containers: path.includes("resources") ? ["app"] : undefined,
            }),
        );
        expect(problems).toMatchObject([{ path }]);
        expect(message).toContain("(a value that is known later)");
        expect(problems[0]?.remedy).toMatch(/once the update runs.*return undefined while it is unknown/);
    });
});

it("an Output in the place of a pod spec is named, with what to do", () => {
    const { problems } = failureOf(() => withAttestation({ spec: { template: pulumi.output({ spec }) } }, "inProcess"));
    expect(problems).toMatchObject([{ path: "spec.template" }]);
    expect(problems[0]?.remedy).toContain("inside apply");
});
