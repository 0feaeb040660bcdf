import { attestingPod, pod, socketVolume } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { mounted } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
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
    },
    passes: {
        "a volume of the kind configMap": mounted({ configMap: { name: "map" } }),
        "a volume of the kind secret": mounted({ secret: { secretName: "secret" } }),
        "a volume of the kind emptyDir": mounted({ emptyDir: {} }),
        "a volume of the kind persistentVolumeClaim": mounted({ persistentVolumeClaim: { claimName: "data" } }),
        "a volume of the kind downwardAPI": mounted({
            downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] },
        }),
        "a volume of the kind projected": mounted({ projected: { sources: [{ configMap: { name: "map" } }] } }),
        "a volume of the kind image": mounted({ image: { reference: "example.org/model:1" } }),
        "a volume of the kind csi": mounted({ csi: { driver: "secrets-store.csi.k8s.io" } }),
        "a volume of the kind ephemeral": mounted({
            ephemeral: {
                volumeClaimTemplate: {
                    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
                },
            },
        }),
        "a volume without a kind, which is an empty directory": pod({ volumes: [{ name: "empty" }] }),
    },
};
