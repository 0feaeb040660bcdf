import type { Manifest } from "../../support/api";
import type { PodSpec } from "../../support/manifests";
import { application, deployment, type Rig } from "../rig";
import type { Fault } from "./fault";

const putBack = (rig: Rig) => rig.putBack(rig.helper);
const changed = (change: (aesm: NonNullable<PodSpec["containers"][number]>, spec: PodSpec) => void) => (rig: Rig) =>
    rig.change(rig.helper, (spec) => {
        const [aesm] = spec.containers;
        if (aesm !== undefined) change(aesm, spec);
    });
/** Runs shell commands before AESM, in its container. */
function before(aesm: PodSpec["containers"][number], script: string): void {
    const start = (aesm.command ?? []).map((word) => `'${word}'`).join(" ");
    aesm.command = ["sh", "-c", `${script}; exec ${start} "$@"`, "sh"];
}
const signal = (name: string) => async (rig: Rig) => {
    await rig.pods.signal(name, await rig.aesm(), "aesm");
};

/** Faults of AESM and of what is around it. */
export const helperFaults: readonly Fault[] = [
    {
        name: "the DaemonSet of the quote helper is gone",
        code: "CA-Q17",
        reason: "helper-missing",
        make: (rig) => rig.pods.delete(rig.helper),
        mend: (rig) => rig.pods.apply(rig.helper),
        touches: ["helper"],
    },
    {
        name: "AESM's image cannot be pulled",
        code: "CA-Q17",
        reason: "image-pull",
        make: changed((aesm) => {
            aesm.image = "localhost/e2e/not-there:1";
        }),
        mend: putBack,
        touches: ["helper"],
    },
    {
        name: "AESM ends again and again",
        code: "CA-Q17",
        reason: "crashing",
        make: changed((aesm) => {
            aesm.command = ["perl", "-e", "exit 1"];
        }),
        mend: putBack,
        touches: ["helper", "slow"],
    },
    {
        name: "AESM is killed",
        code: "CA-Q17",
        reason: "killed",
        make: changed((aesm) => {
            // As the kubelet ends a container that does not end by itself.
            aesm.command = ["perl", "-e", "exit 137"];
        }),
        mend: putBack,
        touches: ["helper", "slow"],
    },
    {
        name: "the quote helper asks for more EPC than there is",
        code: "CA-Q17",
        reason: "never-fits",
        make: changed((aesm) => {
            aesm.resources = { limits: { ...aesm.resources?.limits, "sgx.intel.com/epc": "16Gi" } };
        }),
        mend: putBack,
        touches: ["helper", "epc"],
    },
    {
        name: "the quote helper's node selector matches no node",
        code: "CA-Q17",
        reason: "not-selected",
        make: changed((_, spec) => {
            spec.nodeSelector = { ...spec.nodeSelector, "example.org/none": "true" };
        }),
        mend: putBack,
        touches: ["helper"],
    },
    {
        name: "a taint keeps the quote helper off",
        code: "CA-N09",
        reason: "helper-not-tolerating",
        also: ["CA-N09 workload-not-tolerating"],
        make: async (rig) => {
            await rig.patchNode({ spec: { taints: [{ key: "team", value: "true", effect: "NoSchedule" }] } });
            await changed((_, spec) => {
                spec["tolerations"] = [];
            })(rig);
        },
        mend: async (rig) => {
            await rig.patchNode({ spec: { taints: null } });
            await rig.putBack(rig.helper);
        },
        touches: ["node", "helper", "slow"],
    },
    {
        name: "AESM runs and cannot quote: error 30",
        code: "CA-Q18",
        reason: "cannot-quote",
        make: signal("USR1"),
        // By another pod: the kubelet tells no more than some 25 events of one, which are all that the doctor has.
        mend: putBack,
        touches: ["helper"],
    },
    {
        name: "AESM is frozen",
        code: "CA-Q18",
        reason: "frozen",
        make: signal("STOP"),
        mend: async (rig) => {
            await rig.putBack(rig.helper);
        },
        touches: ["helper"],
    },
    {
        name: "AESM is busy with a quote whose collateral does not come",
        code: "CA-Q18",
        reason: "busy",
        make: async (rig) => {
            await signal("HUP")(rig);
            await rig.pods.apply(deployment("asks"));
        },
        mend: async (rig) => {
            await rig.pods.delete(deployment("asks"));
            await rig.putBack(rig.helper);
        },
        touches: ["helper", "workload"],
    },
    {
        name: "AESM has no socket: it does not come up",
        code: "CA-Q18",
        reason: "no-socket",
        make: changed((aesm) => {
            aesm.command = ["perl", "-e", "sleep 3600"];
        }),
        mend: putBack,
        touches: ["helper"],
    },
    {
        name: "the log of AESM says that it finds no collateral",
        code: "CA-Q19",
        reason: "quote-config-not-understood",
        make: changed((aesm) => {
            before(aesm, "echo '[QPL] Encountered error 0xe046' >&2");
        }),
        mend: putBack,
        touches: ["helper"],
        asks: { logs: true, exec: false },
    },
    {
        name: "AESM cannot quote, and has no probe that says so, as with a quote helper of others",
        code: "CA-Q18",
        reason: "cannot-quote",
        make: changed((aesm) => {
            Object.assign(aesm, { startupProbe: undefined, readinessProbe: undefined, livenessProbe: undefined });
            // The double cannot quote from this signal on; it is sent until AESM is there to take it.
            before(aesm, "(while sleep 1; do kill -USR1 1; done) & true");
        }),
        mend: putBack,
        touches: ["helper"],
        asks: { logs: false, exec: true },
    },
    {
        name: "a workload may write AESM's directory",
        code: "CA-Q20",
        reason: "writable-client",
        make: (rig) => rig.pods.apply(writer(rig, false)),
        mend: (rig) => rig.pods.delete(writer(rig, false)),
        touches: ["network"],
    },
    {
        name: "a second AESM is on the node",
        code: "CA-Q20",
        reason: "two-aesm",
        make: (rig) => rig.pods.apply(writer(rig, true)),
        mend: (rig) => rig.pods.delete(writer(rig, true)),
        touches: ["network"],
    },
    {
        name: "the version of PSW is one that is known to crash",
        code: "CA-Q21",
        reason: "psw-crashes",
        make: changed((aesm) => {
            aesm.image = "localhost/e2e/aesm:2.23.100.2";
        }),
        mend: putBack,
        touches: ["helper"],
    },
    {
        name: "a NetworkPolicy keeps AESM from Azure's collateral",
        code: "CA-A05",
        reason: "network-policy",
        // The quote helper has a policy of its own, and policies add up.
        make: (rig) => rig.patch(rig.helperNetwork, { spec: { egress: [] } }),
        mend: (rig) => rig.respec(rig.helperNetwork),
        touches: ["network"],
    },
];

/** A pod in a namespace without policies that writes AESM's directory; `provisions` makes it look like an AESM. */
function writer(rig: Rig, provisions: boolean): Manifest {
    const devices = provisions
        ? { "sgx.intel.com/provision": "1", "sgx.intel.com/enclave": "1", "sgx.intel.com/epc": "2Mi" }
        : {};
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "writer", namespace: "attestation-sample" },
        spec: {
            nodeName: rig.node.name,
            terminationGracePeriodSeconds: 0,
            containers: [
                {
                    name: "app",
                    image: application,
                    command: ["sleep", "3600"],
                    resources: { limits: devices },
                    volumeMounts: [{ name: "aesm", mountPath: "/var/run/aesmd" }],
                },
            ],
            volumes: [{ name: "aesm", hostPath: { path: "/var/run/aesmd", type: "Directory" } }],
        },
    } as Manifest;
}
