import { attestingPod, labelledPod, pod, socketVolume, variable } from "../../../e2e/policies/pods";
import { debugged, otherImage, type Fixtures } from "../fixtures";
import { empty, hostPath } from "../shapes";

const rootOfNode = pod({ volumes: [{ name: "root", hostPath: { path: "/" } }] });

export const fixtures: Fixtures = {
    refused: {
        "the root of the node": hostPath("/"),
        "the root of the node, as a directory": hostPath("/", "Directory"),
        "the root of the node, written twice": hostPath("//", "Directory"),
        "the configuration of the node": hostPath("/etc"),
        "the kubelet's directory": hostPath("/var/lib/kubelet", "Directory"),
        "the kubelet's device plug-ins": hostPath("/var/lib/kubelet/device-plugins", "Directory"),
        "the container runtime's socket": hostPath("/run/containerd/containerd.sock", "Socket"),
        "the enclave device": hostPath("/dev/sgx_enclave", "CharDevice"),
        "the provisioning device": hostPath("/dev/sgx_provision", "CharDevice"),
        "the provisioning device, by its old name": hostPath("/dev/sgx/provision", "CharDevice"),
        "all devices": hostPath("/dev", "Directory"),
        "a disk of the node": hostPath("/dev/sda", "BlockDevice"),
        "processes of the node": hostPath("/proc", "Directory"),
        "the parent of AESM's directory": hostPath("/var/run", "Directory"),
        "the parent of AESM's directory, by its real path": hostPath("/run", "Directory"),
        "AESM's directory by its real path": hostPath("/run/aesmd", "Directory"),
        "AESM's directory with a slash at its end": hostPath("/var/run/aesmd/", "Directory"),
        "AESM's directory with two slashes at its end": hostPath("/var/run/aesmd//", "Directory"),
        "AESM's directory with a dot at its end": hostPath("/var/run/aesmd/.", "Directory"),
        "AESM's directory with two slashes in the middle": hostPath("/var//run/aesmd", "Directory"),
        "AESM's directory with two slashes in front": hostPath("//var/run/aesmd", "Directory"),
        "AESM's directory with a dot in the middle": hostPath("/var/./run/aesmd", "Directory"),
        "AESM's directory without the slash in front": hostPath("var/run/aesmd", "Directory"),
        "AESM's directory in capitals": hostPath("/VAR/RUN/AESMD", "Directory"),
        "AESM's directory with one capital": hostPath("/var/run/Aesmd", "Directory"),
        "AESM's directory with a blank in front": hostPath(" /var/run/aesmd", "Directory"),
        "AESM's directory with a blank at its end": hostPath("/var/run/aesmd ", "Directory"),
        "AESM's directory with a line break at its end": hostPath("/var/run/aesmd\n", "Directory"),
        "AESM's directory with a zero-width blank": hostPath("/var/run/aesmd\u200b", "Directory"),
        "AESM's directory with a letter that looks alike": hostPath("/var/run/\u0430esmd", "Directory"),
        "a neighbour whose name begins the same": hostPath("/var/run/aesmd2", "Directory"),
        "the socket file alone": hostPath("/var/run/aesmd/aesm.socket", "Socket"),
        "something in AESM's directory": hostPath("/var/run/aesmd/x", "DirectoryOrCreate"),
        "another directory beside AESM's": attestingPod({
            volumes: [socketVolume, { name: "etc", hostPath: { path: "/etc", type: "Directory" } }],
        }),
        "another directory under AESM's name": attestingPod({
            volumes: [{ name: "aesmd-socket", hostPath: { path: "/etc", type: "Directory" } }],
        }),
        "another directory under AESM's name, with the label": labelledPod({
            volumes: [{ name: "aesmd-socket", hostPath: { path: "/", type: "Directory" } }],
        }),
        "a directory that no container mounts": pod({ volumes: [{ name: "unused", hostPath: { path: "/root" } }] }),
    },
    passes: {
        "AESM's directory": attestingPod(),
        "no volume of the node": pod({ volumes: [empty] }),
    },
    refusedByKubernetes: {
        "AESM's directory and up again": {
            says: /must not contain '\.\.'/,
            pod: hostPath("/var/run/aesmd/..", "Directory"),
        },
        "a way around to the configuration": {
            says: /must not contain '\.\.'/,
            pod: hostPath("/var/run/aesmd/../../../etc", "Directory"),
        },
        "an empty path": { says: /hostPath\.path: Required value/, pod: hostPath("", "Directory") },
        "two kinds in one volume": {
            says: /may not specify more than 1 volume type/,
            pod: pod({
                volumes: [{ name: "two", emptyDir: {}, hostPath: { path: "/var/run/aesmd", type: "Directory" } }],
            }),
        },
        "a volume with an empty name": {
            says: /volumes\[0\]\.name: Required value/,
            pod: pod({ volumes: [{ name: "", hostPath: { path: "/etc" } }] }),
        },
    },
    refusedChanges: {
        "an ephemeral container that mounts the root of the node of a pod from before, at AESM's place": debugged(
            rootOfNode,
            { env: [variable], volumeMounts: [{ name: "root", mountPath: "/var/run/aesmd", readOnly: true }] },
        ),
        "another image in a pod from before": otherImage(rootOfNode),
    },
};
