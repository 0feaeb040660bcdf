import type { Manifest } from "../../support/api";
import { oneOf, renderedManifests, templateOf, type Container, type PodSpec } from "../../support/manifests";
import { application, deployment, type Rig } from "../rig";
import type { Fault } from "./fault";

const namespace = "attestation-sample";

/** A Deployment without the policies' help, set up by hand. */
function byHand(name: string, change: (app: Container, spec: PodSpec) => void): Manifest {
    const manifest = deployment(name, (spec) => {
        const [app] = spec.containers;
        if (app === undefined) return;
        app.env = [{ name: "SGX_AESM_ADDR", value: "1" }];
        app.volumeMounts = [{ name: "aesm", mountPath: "/var/run/aesmd", readOnly: true }];
        spec.volumes = [{ name: "aesm", hostPath: { path: "/var/run/aesmd", type: "Directory" } }];
        change(app, spec);
    });
    manifest.metadata.namespace = namespace;
    const { template } = (manifest as unknown as { spec: { template: { metadata: { labels: object } } } }).spec;
    template.metadata.labels = { app: name };
    return manifest;
}

const fault = (
    name: string,
    code: Fault["code"],
    reason: string,
    manifest: () => Manifest,
    touches: Fault["touches"] = ["workload"],
): Fault => ({
    name,
    code,
    reason,
    make: (rig: Rig) => rig.pods.apply(manifest()),
    mend: (rig: Rig) => rig.pods.delete(manifest()),
    touches,
});

const limits = (amounts: Record<string, string>) => (app: Container) => {
    app.resources = { limits: amounts };
};
const epc = "sgx.intel.com/epc";
const enclave = "sgx.intel.com/enclave";

/** Faults of workloads. */
export const workloadFaults: readonly Fault[] = [
    fault("the variable is there, and AESM's directory is not", "CA-W22", "variable-without-mount", () =>
        byHand("no-mount", (app, spec) => {
            delete app.volumeMounts;
            delete spec.volumes;
        }),
    ),
    fault("the variable has another value", "CA-W22", "variable-value", () =>
        byHand("odd-value", (app) => {
            app.env = [{ name: "SGX_AESM_ADDR", value: "0" }];
        }),
    ),
    fault("EPC is asked for without the enclave device", "CA-W22", "enclave-missing", () =>
        byHand("no-enclave", limits({ [epc]: "64Mi" })),
    ),
    fault("the enclave device is asked for without EPC", "CA-W22", "epc-missing", () =>
        byHand("no-epc", limits({ [enclave]: "1" })),
    ),
    fault("EPC is asked for in bytes where MiB were thought of", "CA-W22", "epc-quantity", () =>
        byHand("ten-bytes", limits({ [epc]: "10", [enclave]: "1" })),
    ),
    fault("the provisioning device is asked for out-of-process", "CA-W22", "provision", () =>
        byHand("provisions", limits({ [epc]: "64Mi", [enclave]: "1", "sgx.intel.com/provision": "1" })),
    ),
    fault("EPC is asked for by its old name", "CA-W22", "legacy-resource", () =>
        byHand("old-name", limits({ "kubernetes.azure.com/sgx_epc_mem_in_MiB": "10" })),
    ),
    fault("a pod asks for more EPC than any node has", "CA-W23", "never-fits", () =>
        byHand("huge", limits({ [epc]: "64Gi", [enclave]: "1" })),
    ),
    fault("a pod asks for EPC that others have", "CA-W23", "given-out", () =>
        byHand("late", limits({ [epc]: "8150Mi", [enclave]: "1" })),
    ),
    fault("a pod's node selector matches no SGX node", "CA-W23", "selector", () =>
        byHand("astray", (_, spec) => {
            spec.nodeSelector = { "example.org/none": "true" };
        }),
    ),
    fault("a pod waits for a scheduling gate", "CA-W23", "gated", () =>
        byHand("gated", (_, spec) => {
            spec["schedulingGates"] = [{ name: "example.org/wait" }];
        }),
    ),
    {
        name: "a quota refuses the pods of a Deployment",
        code: "CA-W23",
        reason: "quota",
        make: (rig) =>
            rig.pods.apply(
                quota,
                byHand("over-quota", () => undefined),
            ),
        mend: async (rig) => {
            await rig.pods.delete(byHand("over-quota", () => undefined));
            await rig.pods.delete(quota);
        },
        touches: ["workload", "sample"],
    },
    fault("the image of a workload cannot be pulled", "CA-W24", "image-pull", () =>
        byHand("no-image", (app) => {
            app.image = "localhost/e2e/not-there:1";
        }),
    ),
    fault(
        "a workload ends again and again",
        "CA-W24",
        "crashing",
        () =>
            byHand("crashing", (app) => {
                app.command = ["perl", "-e", "exit 3"];
            }),
        ["workload", "slow"],
    ),
    {
        ...fault(
            "a workload's log says that AESM does not answer",
            "CA-W24",
            "aesm-timeout",
            () =>
                byHand("no-service", (app) => {
                    app.command = ["perl", "-e", "print qq(SGX_ERROR_SERVICE_TIMEOUT\\n); exit 1"];
                }),
            ["workload", "slow"],
        ),
        asks: { logs: true, exec: false },
    },
    {
        ...fault(
            "a workload may not open the enclave device",
            "CA-W24",
            "device-closed",
            () =>
                byHand("not-root", (app) => {
                    app.command = ["perl", "-e", "print qq(open /dev/sgx_enclave: Permission denied\\n); exit 1"];
                }),
            ["workload", "slow"],
        ),
        asks: { logs: true, exec: false },
    },
    {
        name: "AESM's directory is not on the node",
        code: "CA-W24",
        reason: "no-directory",
        make: (rig) => rig.pods.apply(wrongPath()),
        mend: (rig) => rig.pods.delete(wrongPath()),
        touches: ["workload"],
    },
    {
        name: "the sample proved that its quote was made in-process",
        code: "CA-E25",
        reason: "in-process",
        make: (rig) => rig.pods.apply(failingSample()),
        mend: (rig) => rig.pods.delete(failingSample()),
        touches: ["sample", "slow"],
    },
];

const quota = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "no-epc", namespace },
    spec: { hard: { "requests.sgx.intel.com/epc": "1Mi" } },
} as Manifest;

/** A pod whose hostPath of type Directory is none. */
function wrongPath(): Manifest {
    return byHand("elsewhere", (app, spec) => {
        spec.volumes = [{ name: "aesm", hostPath: { path: "/var/run/aesmd/none", type: "Directory" } }];
        app.volumeMounts = [{ name: "aesm", mountPath: "/var/run/aesmd", readOnly: true }];
    });
}

/** A sample whose verdict is that it failed. */
function failingSample(): Manifest {
    const copy = structuredClone(oneOf(renderedManifests("dev"), "Job")) as Manifest & {
        spec: { backoffLimit: number };
    };
    copy.metadata.name = "failing-sample";
    copy.spec.backoffLimit = 0;
    const { spec } = templateOf(copy);
    const verdict =
        '{"verdict":"failed","mode":"in-process","checks":[{"name":"mapped-libraries","ok":false,"detail":"libsgx_dcap_ql"}]}';
    const write = `open my $to, ">", "/dev/termination-log" or die; print $to q(${verdict}); exit 1`;
    delete spec.initContainers;
    for (const container of spec.containers) {
        container.image = application;
        container.command = ["perl", "-e", write];
    }
    return copy;
}
