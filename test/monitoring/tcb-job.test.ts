import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { TcbCheckArgs } from "../../components/monitoring/tcb-args";
import { tcbCheck } from "../../components/monitoring/tcb-job";
import { tcbCheckSpec } from "../../components/monitoring/tcb-spec";
import { readCertificates } from "../../tcb/verify/certificates";
import { construct, one } from "../support/construct";
import { kubernetesTypeErrors } from "../support/kubernetes-types";

const image = "r.example/sgx/tcb:0.1.0";
const fmspcs = ["00606A000000"];
const [certificate] = readCertificates(readFileSync("test/fixtures/intel-pcs/quote.bin", "latin1"));
const pem = certificate!.toString();

const make = (args: TcbCheckArgs) =>
    construct("preview", () => {
        const { spec, problems } = tcbCheckSpec(args);
        expect(problems).toEqual([]);
        tcbCheck("tcb", spec, "watch", {});
    });
const cronJobOf = async (args: TcbCheckArgs) => one(await make(args), ":CronJob").inputs;
const containerOf = (inputs: Record<string, unknown>) => {
    const { spec } = inputs as { spec: { jobTemplate: { spec: { template: { spec: Record<string, unknown> } } } } };
    const pod = spec.jobTemplate.spec.template.spec as { containers: Record<string, unknown>[] };
    return { pod, container: pod.containers[0]! };
};

describe("the CronJob of the TCB check", () => {
    test("is one that Kubernetes knows, with its NetworkPolicy", async () => {
        const resources = await make({ image, fmspcs, pckCertificates: [pem] });
        expect(resources.map(({ type }) => type.split(":").at(-1)).sort()).toEqual([
            "ConfigMap",
            "CronJob",
            "NetworkPolicy",
        ]);
        expect(kubernetesTypeErrors(resources)).toEqual([]);
    });

    test("has no token, no root and nothing to write on", async () => {
        const { pod, container } = containerOf(await cronJobOf({ image, fmspcs }));
        expect(pod).toMatchObject({ automountServiceAccountToken: false, restartPolicy: "Never", volumes: [] });
        expect(container.securityContext).toEqual({
            allowPrivilegeEscalation: false,
            privileged: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
            runAsNonRoot: true,
            runAsUser: 65_534,
            runAsGroup: 65_534,
        });
    });

    test("reaches resolvers and HTTPS, and nothing reaches it", async () => {
        const { spec } = one(await make({ image, fmspcs }), ":NetworkPolicy").inputs as { spec: object };
        expect(spec).toEqual({
            podSelector: { matchLabels: { "app.kubernetes.io/name": "sgx-tcb-check" } },
            policyTypes: ["Ingress", "Egress"],
            egress: [
                {
                    ports: [
                        { protocol: "UDP", port: 53 },
                        { protocol: "TCP", port: 53 },
                    ],
                },
                { ports: [{ protocol: "TCP", port: 443 }] },
            ],
        });
    });

    test("leaves its findings where people look: a Job that fails at once, and the message of its pod", async () => {
        const inputs = await cronJobOf({ image, fmspcs });
        expect(containerOf(inputs).container).toMatchObject({ terminationMessagePolicy: "FallbackToLogsOnError" });
        expect(inputs).toMatchObject({
            spec: {
                schedule: "23 5 * * *",
                timeZone: "Etc/UTC",
                suspend: false,
                concurrencyPolicy: "Forbid",
                jobTemplate: {
                    spec: {
                        ttlSecondsAfterFinished: 90_000,
                        podFailurePolicy: {
                            rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [2, 3] } }],
                        },
                    },
                },
            },
        });
    });

    test("gives the command its FMSPCs", async () => {
        const { container } = containerOf(await cronJobOf({ image, fmspcs: ["00606A000000", "00906ED50000"] }));
        expect(container.args).toEqual([
            ...["tcb", "--format", "short", "--fail-on", "warning"],
            ...["--fmspc", "00606A000000", "--fmspc", "00906ED50000"],
        ]);
    });

    test("gives the command its certificates as files, and its switches", async () => {
        const resources = await make({
            ...{ image, pckCertificates: [pem], failOnWarning: false, azureBaseline: true },
            ...{ suspend: true, schedule: "0 * * * *" },
        });
        const { inputs } = one(resources, ":CronJob");
        const { pod, container } = containerOf(inputs);
        expect(inputs).toMatchObject({ spec: { suspend: true, schedule: "0 * * * *" } });
        expect(container.args).toEqual([
            ...["tcb", "--format", "short", "--fail-on", "problem", "--azure-baseline"],
            ...["--pck", "/platforms/0.pem"],
        ]);
        expect(container.volumeMounts).toEqual([{ name: "platforms", mountPath: "/platforms", readOnly: true }]);
        expect(pod).toMatchObject({ volumes: [{ name: "platforms" }] });
        expect(one(resources, ":ConfigMap").inputs).toMatchObject({ data: { "0.pem": pem }, immutable: true });
    });
});

test.each<[string, object, string[]]>([
    ["nothing to check", { image }, ["fmspcs"]],
    ["no image", { fmspcs }, ["image"]],
    ["an image without a tag", { image: "r.example/tcb", fmspcs }, ["image"]],
    ["no FMSPC", { image, fmspcs: ["606A"], schedule: "daily" }, ["fmspcs[0]", "schedule"]],
    ["another shape", { image, fmspcs: "00606A000000", pckCertificates: [1] }, ["fmspcs", "pckCertificates[0]"]],
    ["a certificate that is none", { image, pckCertificates: ["MIIE"] }, ["pckCertificates[0]"]],
    [
        "switches as text",
        { image, fmspcs, failOnWarning: "no", azureBaseline: 1, suspend: "yes" },
        ["failOnWarning", "azureBaseline", "suspend"],
    ],
])("is refused: %s", (_, args, paths) => {
    expect(tcbCheckSpec(args as TcbCheckArgs).problems.map(({ path }) => path)).toEqual(paths);
});
