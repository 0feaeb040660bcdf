import { describe, expect, it } from "vitest";
import { withAttestation, type AttestationMode } from "../../../components/sgx/index.js";
import { failureOf } from "../../support/failure.js";
import { enclavePod, epc, provision, wrappings, type TestContainer } from "./workloads.js";

const legacy = "kubernetes.azure.com/sgx_epc_mem_in_MiB";
const limits = (map: Record<string, unknown>): Partial<TestContainer> => ({ resources: { limits: map } });
const mount = { name: "aesmd-socket", mountPath: "/var/run/aesmd", readOnly: true };

const variable = (value: unknown): Partial<TestContainer> => ({ env: [{ name: "SGX_AESM_ADDR", value }] });
const out = "outOfProcess";

describe("a conflict is one problem, with its place and its remedy", () => {
    it.each<[string, AttestationMode, object, string, string]>([
        ["the variable as a number", out, enclavePod(variable(1)), "containers[0].env[0].value = 1", 'value: "1"'],
        ["the variable with another value", out, enclavePod(variable("0")), 'env[0].value = "0"', 'value: "1"'],
        [
            "the variable without a value",
            out,
            enclavePod(variable(undefined)),
            "env[0].value = (not set)",
            'value: "1"',
        ],
        [
            "the variable from elsewhere",
            out,
            enclavePod({ env: [{ name: "SGX_AESM_ADDR", valueFrom: { fieldRef: {} } }] }),
            "env[0].valueFrom = ",
            "withAttestation adds it",
        ],
        [
            "the variable in-process",
            "inProcess",
            enclavePod(variable("0")),
            'env[0].value = "0"',
            "remove the variable",
        ],
        [
            "another variable that is no text",
            out,
            enclavePod({ env: [{ name: "PIN", value: 4711 }] }),
            "containers[0].env[0].value = [hidden]",
            "quote the value of PIN",
        ],
        [
            "provisioning out-of-process",
            out,
            enclavePod(limits({ [epc]: "32Mi", [provision]: 1 })),
            `limits["${provision}"] = 1`,
            "choose the mode inProcess",
        ],
        [
            "provisioning in another container",
            out,
            { containers: [...enclavePod().containers, { name: "b", ...limits({ [provision]: "1" }) }] },
            `containers[1].resources.limits["${provision}"]`,
            "options.containers",
        ],
        [
            "the volume's name for something else",
            out,
            enclavePod({}, { volumes: [{ name: "aesmd-socket", emptyDir: {} }] }),
            "volumes[0] = ",
            "rename the volume",
        ],
        [
            "the volume with a type that makes an empty directory",
            out,
            enclavePod(
                {},
                {
                    volumes: [
                        { name: "aesmd-socket", hostPath: { path: "/var/run/aesmd", type: "DirectoryOrCreate" } },
                    ],
                },
            ),
            "volumes[0] = ",
            "withAttestation adds its own",
        ],
        ...["/var/run/aesmd", "/var/run/aesmd/", "/run/aesmd", "/var/run/aesmd/aesm.socket"].map(
            (mountPath): [string, AttestationMode, object, string, string] => [
                `another volume at ${mountPath}`,
                out,
                enclavePod({ volumeMounts: [{ name: "var-run-aesmd", mountPath }] }),
                "containers[0].volumeMounts[0] = ",
                "remove this mount and its volume",
            ],
        ),
        [
            "our volume, writable",
            out,
            enclavePod({ volumeMounts: [{ ...mount, readOnly: false }] }),
            "volumeMounts[0] = ",
            "remove this mount",
        ],
        [
            "our volume in another place",
            out,
            enclavePod({ volumeMounts: [{ ...mount, mountPath: "/aesm" }] }),
            "volumeMounts[0] = ",
            "rename the volume",
        ],
        [
            "the legacy resource",
            out,
            enclavePod(limits({ [legacy]: 10 })),
            `limits["${legacy}"] = 10`,
            `write "${epc}": "10Mi", or pass the workload through convertLegacyResources`,
        ],
        ["EPC without a unit", out, enclavePod(limits({ [epc]: 10 })), `limits["${epc}"] = 10`, 'did you mean "10Mi"?'],
        [
            "a request that differs from its limit",
            out,
            enclavePod({ resources: { limits: { [epc]: "32Mi" }, requests: { [epc]: "16Mi" } } }),
            `requests["${epc}"] = "16Mi"`,
            "remove the request",
        ],
        [
            "no container with EPC",
            out,
            { containers: [{ name: "app" }] },
            'containers = ["app"]',
            '"sgx.intel.com/epc": "32Mi"',
        ],
        [
            "an own container with the name of ours",
            out,
            enclavePod({}, { initContainers: [{ name: "wait-for-aesm", command: ["sleep", "1"] }] }),
            'initContainers[0].name = "wait-for-aesm"',
            "rename the container",
        ],
        ["no image to wait with", out, enclavePod({ image: "" }), 'containers[0].image = ""', "options.waitImage"],
    ])("%s", (_what, mode, pod, place, remedy) => {
        const error = failureOf(() => withAttestation(pod, mode));
        expect(error.problems).toHaveLength(1);
        expect(error.message).toContain(place);
        expect(error.message).toContain(remedy);
    });

    it("a hidden value is nowhere in the message", () => {
        const pod = enclavePod({ env: [{ name: "PIN", value: 4711 }] });
        expect(failureOf(() => withAttestation(pod, out)).message).not.toContain("4711");
    });

    it("a pod is never left in both modes: a container not named must not be out-of-process", () => {
        const two = { containers: ["a", "b"].map((name) => ({ name, image: "i", ...limits({ [epc]: "8Mi" }) })) };
        const both = withAttestation(two, out);
        const { problems } = failureOf(() => withAttestation(both, "inProcess", { containers: ["a"] }));
        expect(problems.map(({ path }) => path)).toEqual(["containers[1].env[0]", "containers[1].volumeMounts[0]"]);
    });
});

describe("options", () => {
    const attempt = (options: object, mode: unknown = out) =>
        failureOf(() => withAttestation(enclavePod(), mode as AttestationMode, options)).problems;

    it.each([
        [{ containers: ["ap"] }, "options.containers[0]", 'did you mean "app"?'],
        [{ containers: ["app", "database"] }, "options.containers[1]", "correct the name"],
        [{ containers: [] }, "containers", "name it"],
        [{ epc: "10" }, "options.epc", 'did you mean "10Mi"?'],
        [{ waitDeadlineSeconds: 0 }, "options.waitDeadlineSeconds", "correct the number"],
        [{ waitImage: "" }, "options.waitImage", "remove waitImage"],
    ])("%j is refused", (options, path, remedy) => {
        expect(attempt(options)).toMatchObject([{ path, remedy: expect.stringContaining(remedy) as string }]);
    });

    it("an unknown mode is refused with a suggestion", () => {
        expect(attempt({}, "out-of-process")).toMatchObject([{ path: "mode", remedy: 'did you mean "outOfProcess"?' }]);
        expect(attempt({}, null)).toMatchObject([{ path: "mode", value: null }]);
    });

    it("a container named without EPC has to get some", () => {
        const pod = { containers: [{ name: "app", image: "i" }] };
        const { problems } = failureOf(() => withAttestation(pod, out, { containers: ["app"] }));
        expect(problems).toMatchObject([{ path: `containers[0].resources.limits["${epc}"]` }]);
    });
});

it("the four mistakes of the sample that is copied around are reported at once", () => {
    const app: TestContainer = {
        name: "app",
        image: "oe:1",
        ...variable(1),
        ...limits({ [legacy]: 10, [provision]: 1 }),
        volumeMounts: [{ name: "var-run-aesmd", mountPath: "/var/run/aesmd" }],
    };
    const { problems } = failureOf(() => withAttestation({ spec: { containers: [app] } }, out));
    expect(problems.map(({ path }) => path)).toEqual([
        "spec.containers[0].env[0].value",
        `spec.containers[0].resources.limits["${legacy}"]`,
        `spec.containers[0].resources.limits["${provision}"]`,
        "spec.containers[0].volumeMounts[0]",
    ]);
});

it("all conflicts come in one error that names the workload and full paths, in the order of the pod", () => {
    const pod = enclavePod(
        {
            ...variable(1),
            ...limits({ [epc]: 10, [provision]: 1 }),
            volumeMounts: [{ name: "x", mountPath: "/run/aesmd" }],
        },
        { volumes: [{ name: "aesmd-socket", emptyDir: {} }] },
    );
    const error = failureOf(() => withAttestation(wrappings.deployment(pod), out, { containers: ["app", "ap"] }));
    expect(error.message).toMatch(/^confidential-aks: 6 problems in Deployment "d"; nothing was created\.\n/);
    const base = "spec.template.spec";
    expect(error.problems.map(({ path }) => path)).toEqual([
        "options.containers[1]",
        `${base}.containers[0].env[0].value`,
        `${base}.containers[0].resources.limits["${epc}"]`,
        `${base}.containers[0].resources.limits["${provision}"]`,
        `${base}.containers[0].volumeMounts[0]`,
        `${base}.volumes[0]`,
    ]);
});
