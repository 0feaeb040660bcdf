import { expect, test } from "vitest";
import { ValidationError } from "../../../components/problems/index.js";
import { guardRules } from "../../../components/sgx/admission/rules/index.js";
import { ONLY_AESM_PROVISIONS, provisioningWays } from "../../../components/sgx/attestation/provisioning.js";
import { withAttestation } from "../../../components/sgx/index.js";
import type { Pod } from "../../e2e/policies/pods.js";
import { fixturesOf } from "../admission/rules/index.js";
import { ofServed, options, served } from "../admission/verdict.js";

/*
 * Each rule of the guard, and what withAttestation does out-of-process with the pods that the rule refuses: it refuses
 * them, it repairs them, so that the guard admits the result, or it leaves them, for a reason.
 */

type Does = "refuses" | "repairs" | "leaves";

interface Row {
    does: Does;
    /** What it does with other pods of the rule, by their titles. */
    but?: Partial<Record<Does, string[]>>;
    /** Why pods are left as they are. */
    why?: string;
    /** Words that the rule's sentence and the messages both have. */
    words?: string;
}

const ofOthers = "a container that is not named and asks for no EPC stays as it is: it does not attest";
const ofOwn = "a pod may have that in an unguarded namespace, and no device comes with it";

const rows: Record<string, Row> = {
    "host-path": {
        does: "leaves",
        why: "directories of the node without devices are what pods outside of the guard's namespaces may have",
        words: provisioningWays.hostPath,
        but: {
            refuses: [
                "the root of the node",
                "the root of the node, as a directory",
                "the root of the node, written twice",
                "the kubelet's directory",
                "the kubelet's device plug-ins",
                "the container runtime's socket",
                "the provisioning device",
                "the provisioning device, by its old name",
                "all devices",
                "processes of the node",
                "the parent of AESM's directory",
                "the parent of AESM's directory, by its real path",
                "another directory under AESM's name",
                "another directory under AESM's name, with the label",
            ],
        },
    },
    "host-path-type": { does: "refuses", words: "Directory" },
    "volume-name": { does: "refuses", words: "rename" },
    "volume-kind": { does: "leaves", why: ofOwn },
    "csi-driver": { does: "leaves", why: ofOwn },
    "socket-read-only": { does: "refuses", but: { repairs: ["writable in the container that waits"] } },
    "socket-sub-path": { does: "refuses", but: { leaves: ["a part, in an init container"] }, why: ofOthers },
    "socket-mount-path": {
        does: "refuses",
        but: {
            leaves: ["at its place in another spelling", "at its place, relative", "at its place, with two slashes"],
        },
        why: "the spellings lead to the same place",
    },
    "socket-propagation": { does: "refuses", but: { leaves: ["in a helper"] }, why: ofOthers },
    privileged: { does: "refuses", words: provisioningWays.privileged },
    capabilities: {
        does: "refuses",
        words: provisioningWays.capability,
        but: { leaves: ["NET_ADMIN", "NET_RAW", "a capability with an empty name"] },
        why: "they concern the network; no device and no other process comes with them",
    },
    "proc-mount": {
        does: "leaves",
        why: "Kubernetes takes it in a user namespace only, which has no power over devices",
    },
    "volume-devices": { does: "leaves", why: "a disk that a claim names; the provisioning device is no disk" },
    "host-ports": { does: "leaves", why: ofOwn },
    "host-probes": { does: "leaves", why: ofOwn },
    "host-process": { does: "leaves", why: "a Windows pod, which no node with enclaves of this package runs" },
    "host-namespaces": {
        does: "leaves",
        why: ofOwn,
        words: "namespace",
        but: { refuses: ["the node's processes", "the node's processes for a labelled pod"] },
    },
    seccomp: { does: "leaves", why: ofOwn },
    "app-armor": { does: "leaves", why: ofOwn },
    selinux: { does: "leaves", why: ofOwn },
    sysctls: { does: "leaves", why: ofOwn },
    "device-annotations": {
        does: "refuses",
        words: provisioningWays.annotation,
        but: {
            leaves: [
                "a setting by CRI-O, with a dot before the container",
                "a writable cgroup by CRI-O",
                "no seccomp by CRI-O",
                "Kata's hypervisor options",
                "gVisor's flags",
                "another network by Multus",
                "another default network by Multus",
                "the EPC limit of an NRI plug-in",
                "a network device by NRI",
                "systemd's properties by runc",
                "a hook of crun",
            ],
        },
        why: "they are networks and settings, which a pod may have in an unguarded namespace",
    },
    "app-armor-annotation": { does: "leaves", why: ofOwn },
    "seccomp-annotation": { does: "leaves", why: ofOwn },
    "label-value": { does: "repairs" },
    "wait-name": {
        does: "refuses",
        words: "the init container that waits for AESM",
        but: { repairs: ["an init container with any Perl program", "the wait itself as a sidecar"] },
    },
    "variable-value": { does: "refuses", words: "SGX_AESM_ADDR" },
    "socket-dir-taken": {
        does: "refuses",
        words: "/var/run/aesmd",
        but: {
            leaves: [
                "a ConfigMap at AESM's place",
                "a projected volume at AESM's place in an init container",
                "an empty directory at /var/run//aesmd in an init container",
            ],
        },
        why: ofOthers,
    },
    "termination-message": { does: "refuses", words: "where an empty file would lie over AESM's socket" },
    "legacy-resource": { does: "refuses", words: "kubernetes.azure.com/sgx_epc_mem_in_MiB" },
    "epc-quantity": { does: "refuses", words: "sgx.intel.com/epc" },
    provision: {
        does: "refuses",
        words: ONLY_AESM_PROVISIONS,
        but: { repairs: ["the provisioning device with the in-process label, where none is allowed"] },
    },
    "device-class": { does: "leaves", why: "a DeviceClass says nothing here of what it hands out, which may be a GPU" },
    "device-count": { does: "refuses", words: 'write "1"' },
    "both-modes": {
        does: "repairs",
        but: {
            leaves: ["AESM's directory in an in-process pod", "the variable in a helper of an in-process pod"],
        },
        why: ofOthers,
    },
    "label-changed": { does: "leaves", why: "a change of a pod that is there" },
    "label-without-epc": { does: "repairs", but: { leaves: ["the label and the device alone"] }, why: ofOthers },
    "not-set-up": { does: "repairs" },
    "variable-without-mount": {
        does: "leaves",
        why: ofOthers,
        but: { repairs: ["the variable, and the volume that no container mounts"] },
    },
    "mount-without-variable": {
        does: "repairs",
        but: { leaves: ["AESM's directory in a helper without the variable"] },
        why: ofOthers,
    },
    "enclave-missing": { does: "repairs" },
    "epc-missing": {
        does: "leaves",
        why: "in an unguarded namespace a pod may run enclaves that no budget counts",
    },
};

/** The pod with a container that asks for EPC, beside those that it has. */
function withEnclave(pod: Pod): Pod {
    const given = structuredClone(pod);
    if (JSON.stringify(pod).includes("sgx.intel.com/epc")) return given;
    given.spec.containers.push({
        name: "enclave",
        image: "e:1",
        resources: { limits: { "sgx.intel.com/epc": "8Mi" } },
    });
    return given;
}

function outcome(pod: Pod): { does: Does; message: string } {
    try {
        const verdict = ofServed(served(withAttestation(withEnclave(pod), "outOfProcess")));
        return { does: verdict === "admitted" ? "repairs" : "leaves", message: "" };
    } catch (error) {
        if (error instanceof ValidationError) return { does: "refuses", message: error.message };
        throw error;
    }
}

const rules = guardRules(options);

test("every rule of the guard has a row, and there is none of another rule", () => {
    expect(Object.keys(rows).sort()).toEqual(rules.map(({ id }) => id).sort());
});

const fixturesWith = (id: string) => Object.entries(fixturesOf[id]?.refused ?? {});

test.each(rules)("$id: each pod that the rule refuses is treated as the row says", ({ id }) => {
    const { does, but = {}, why } = rows[id]!;
    const fixtures = fixturesWith(id);
    const expected = fixtures.map(([title]) => {
        const other = (Object.keys(but) as Does[]).find((key) => but[key]?.includes(title));
        return `${title}: ${other ?? does}`;
    });
    expect(fixtures.map(([title, pod]) => `${title}: ${outcome(pod).does}`)).toEqual(expected);
    const titles = fixtures.map(([title]) => title);
    const named = Object.values(but).flat();
    expect(named.filter((title) => !titles.includes(title))).toEqual([]);
    expect(why !== undefined).toBe(does === "leaves" || but.leaves !== undefined);
});

test.each(rules.filter(({ id }) => rows[id]?.words !== undefined))(
    "$id: messages have the words of the rule",
    ({ id, says }) => {
        const { does, words = "" } = rows[id]!;
        expect(says).toContain(words);
        const made = fixturesWith(id).map(([, pod]) => outcome(pod));
        const messages = made.filter((one) => one.does === "refuses").map(({ message }) => message);
        expect(messages.some((message) => message.includes(words))).toBe(true);
        for (const message of does === "refuses" ? messages : []) expect(message).toContain(words);
    },
);
