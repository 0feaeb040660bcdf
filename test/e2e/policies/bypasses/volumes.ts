import { attestingPod, epc, labelledPod, pod, socketMount, socketVolume, variable } from "../pods";
import { by, type Bypass } from "./bypass";

const hostPath = (path: string, type?: string) =>
    pod({ volumes: [{ name: "node", hostPath: { path, ...(type === undefined ? {} : { type }) } }] });
const mounted = (volume: object) =>
    pod({ app: { volumeMounts: [{ name: "node", mountPath: "/data" }] }, volumes: [{ name: "node", ...volume }] });

/** Ways to another part of the node, by what stands under `volumes`. */
export const badVolumes: Bypass[] = [
    ...by("host-path", {
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
        "a directory that nobody mounts": pod({ volumes: [{ name: "unused", hostPath: { path: "/root" } }] }),
    }),
    ...by(/must not contain '\.\.'/, {
        "AESM's directory and up again": hostPath("/var/run/aesmd/..", "Directory"),
        "a way around to the configuration": hostPath("/var/run/aesmd/../../../etc", "Directory"),
    }),
    ...by(/hostPath\.path: Required value/, { "an empty path": hostPath("", "Directory") }),
    ...by(/may not specify more than 1 volume type/, {
        "two kinds in one volume": pod({
            volumes: [{ name: "two", emptyDir: {}, hostPath: { path: "/var/run/aesmd", type: "Directory" } }],
        }),
    }),
    ...by(/volumes\[1\]\.name: Duplicate value/, {
        "AESM's directory and another volume of one name": pod({
            volumes: [socketVolume, { name: "aesmd-socket", hostPath: { path: "/etc" } }],
        }),
    }),
    ...by(/volumes\[0\]\.name: Required value/, {
        "a volume with an empty name": pod({ volumes: [{ name: "", hostPath: { path: "/etc" } }] }),
    }),
    ...by("host-path-type", {
        "AESM's directory without a type": hostPath("/var/run/aesmd"),
        "AESM's directory with an empty type": hostPath("/var/run/aesmd", ""),
        "AESM's directory, made where it is missing": hostPath("/var/run/aesmd", "DirectoryOrCreate"),
        "AESM's directory as a file": hostPath("/var/run/aesmd", "File"),
        "AESM's directory as a file that is made": hostPath("/var/run/aesmd", "FileOrCreate"),
        "AESM's directory as a socket": hostPath("/var/run/aesmd", "Socket"),
        "a labelled pod that brings it without a type": labelledPod({
            volumes: [{ name: "aesmd-socket", hostPath: { path: "/var/run/aesmd" } }],
        }),
    }),
    ...by(/hostPath\.type: Unsupported value/, {
        "AESM's directory with a type in lower case": hostPath("/var/run/aesmd", "directory"),
    }),
    ...by("volume-name", {
        "an empty directory in AESM's place": attestingPod({ volumes: [{ name: "aesmd-socket", emptyDir: {} }] }),
        "an empty directory in AESM's place, with the label": labelledPod({
            volumes: [{ name: "aesmd-socket", emptyDir: {} }],
        }),
        "a claim in AESM's place": attestingPod({
            volumes: [{ name: "aesmd-socket", persistentVolumeClaim: { claimName: "data" } }],
        }),
        "a projected volume in AESM's place": attestingPod({
            volumes: [{ name: "aesmd-socket", projected: { sources: [{ configMap: { name: "socket" } }] } }],
        }),
        "a CSI volume in AESM's place": attestingPod({
            volumes: [{ name: "aesmd-socket", csi: { driver: "secrets-store.csi.k8s.io" } }],
        }),
    }),
    ...by("csi-driver", {
        "a CSI driver that mounts directories of the node": mounted({ csi: { driver: "hostpath.csi.k8s.io" } }),
        "a CSI driver with attributes for it": mounted({
            csi: { driver: "hostpath.csi.k8s.io", volumeAttributes: { path: "/etc" } },
        }),
        "a CSI driver whose name begins like an allowed one": mounted({
            csi: { driver: "secrets-store.csi.k8s.io.evil.example" },
        }),
        "a CSI volume for one that attests": attestingPod({
            app: {
                volumeMounts: [socketMount, { name: "x", mountPath: "/x" }],
                resources: { limits: epc },
                env: [variable],
            },
            volumes: [socketVolume, { name: "x", csi: { driver: "hostpath.csi.k8s.io" } }],
        }),
    }),
    ...by("volume-kind", {
        "a FlexVolume, which runs a program on the node": mounted({ flexVolume: { driver: "vendor/driver" } }),
        "a Fibre Channel disk of the node": mounted({ fc: { targetWWNs: ["500a0982991b8dc5"], lun: 2 } }),
        "an iSCSI disk": mounted({
            iscsi: { targetPortal: "192.0.2.1:3260", iqn: "iqn.2001-04.com.example:disk", lun: 0 },
        }),
        "an NFS share": mounted({ nfs: { server: "192.0.2.10", path: "/export" } }),
        "an Azure file share": mounted({ azureFile: { secretName: "share", shareName: "data" } }),
        "an Azure disk": mounted({
            azureDisk: { diskName: "d", diskURI: "/subscriptions/s/disks/d", kind: "Managed" },
        }),
        "a Ceph file system": mounted({ cephfs: { monitors: ["192.0.2.10:6789"] } }),
        "a Ceph block device": mounted({ rbd: { monitors: ["192.0.2.10:6789"], image: "disk" } }),
        "a Gluster volume": mounted({ glusterfs: { endpoints: "servers", path: "volume" } }),
        "a Quobyte volume": mounted({ quobyte: { registry: "192.0.2.10:7861", volume: "volume" } }),
        "a ScaleIO volume": mounted({
            scaleIO: { gateway: "https://192.0.2.10", system: "s", secretRef: { name: "s" }, volumeName: "v" },
        }),
        "a StorageOS volume": mounted({ storageos: { volumeName: "v" } }),
        "an AWS disk": mounted({ awsElasticBlockStore: { volumeID: "v" } }),
        "a Google disk": mounted({ gcePersistentDisk: { pdName: "d" } }),
        "an OpenStack disk": mounted({ cinder: { volumeID: "v" } }),
        "a vSphere disk": mounted({ vsphereVolume: { volumePath: "[store] v" } }),
        "a Photon disk": mounted({ photonPersistentDisk: { pdID: "d" } }),
        "a Flocker data set": mounted({ flocker: { datasetName: "d" } }),
        "a clone of a Git repository": mounted({ gitRepo: { repository: "https://example.org/r.git" } }),
        "an NFS share in a pod that attests": attestingPod({
            volumes: [socketVolume, { name: "share", nfs: { server: "192.0.2.10", path: "/" } }],
        }),
        "a Portworx volume": mounted({ portworxVolume: { volumeID: "x" } }),
    }),
];
