import { pod } from "../../../e2e/policies/pods";
import { metadataOf, otherImage, type Fixtures } from "../fixtures";
import { annotated } from "../shapes";

const gated = pod({ spec: { schedulingGates: [{ name: "example.org/wait" }] } });
const unscheduled = pod({ spec: { schedulerName: "nobody" } });
const nriDevice = {
    annotations: { "devices.nri.io/container.app": "- {path: /dev/sgx_provision, type: c, major: 10, minor: 124}" },
};

export const fixtures: Fixtures = {
    refused: {
        "a device by CDI": pod({ annotations: { "cdi.k8s.io/sgx": "intel.com/sgx=provision" } }),
        "a device by CRI-O": pod({ annotations: { "io.kubernetes.cri-o.Devices": "/dev/sgx_provision" } }),
        "a device by NRI": pod({ annotations: { "devices.nri.io/container.app": "- path: /dev/sgx_provision" } }),
        "a mount by NRI": pod({ annotations: { "mounts.nri.io/container.app": "- source: /" } }),
        "a device by NRI's newer name": pod({
            annotations: { "devices.noderesource.dev/container.app": "- path: /dev/sgx_provision" },
        }),
        "a device by CRI-O's newer name": annotated({ "devices.crio.io": "/dev/sgx_provision:/dev/sgx_provision:rwm" }),
        "a device by CRI-O's newer name, for one container": annotated({ "devices.crio.io/app": "/dev/sgx_provision" }),
        "a setting by CRI-O, with a dot before the container": annotated({
            "unified-cgroup.crio.io.app": "memory.max=max",
        }),
        "a writable cgroup by CRI-O": annotated({ "io.kubernetes.cri-o.cgroup2-mount-hierarchy-rw": "true" }),
        "no seccomp by CRI-O": annotated({ "seccomp-profile.kubernetes.cri-o.io/app": "unconfined" }),
        "Kata's hypervisor options": annotated({
            "io.katacontainers.config.hypervisor.path": "/bin/sh",
            "io.katacontainers.config.hypervisor.virtio_fs_extra_args": '["--sandbox=none","--shared-dir=/"]',
        }),
        "gVisor's flags": annotated({ "dev.gvisor.flag.host-uds": "all", "dev.gvisor.spec.mount.x.source": "/" }),
        "another network by Multus": annotated({ "k8s.v1.cni.cncf.io/networks": '[{"name":"host-device"}]' }),
        "another default network by Multus": annotated({ "v1.multus-cni.io/default-network": "kube-system/host" }),
        "the EPC limit of an NRI plug-in": annotated({ "epc-limit.nri.io/container.app": "64Gi" }),
        "a network device by NRI": annotated({ "netdevices.nri.io": "- name: eth0\n  new_name: eth9\n" }),
        "systemd's properties by runc": annotated({ "org.systemd.property.DeviceAllow": "/dev/sgx_provision rw" }),
        "a hook of crun": annotated({ "run.oci.handler": "krun" }),
    },
    passes: {
        "a scrape": annotated({ "prometheus.io/scrape": "true" }),
        "a sidecar": annotated({ "sidecar.istio.io/inject": "true" }),
        "the autoscaler": annotated({ "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" }),
        "an address by Calico": annotated({ "cni.projectcalico.org/podIP": "10.0.0.1" }),
        "what Multus says": annotated({ "k8s.v1.cni.cncf.io/network-status": "[]" }),
        "a restart": annotated({ "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" }),
        "a secret by Vault": annotated({ "vault.hashicorp.com/agent-inject": "true" }),
        "a name that is near CRI-O's": annotated({ "example.org/crio": "crio.io" }),
        "the source": annotated({ "kubernetes.io/config.source": "api" }),
    },
    refusedChanges: {
        "a device while a scheduling gate holds the pod": metadataOf(gated, "", nriDevice),
        "a device by the pod's status": metadataOf(gated, "status", nriDevice),
        "a device by a Binding": metadataOf(unscheduled, "binding", nriDevice),
        "a device by a Binding in the collection": metadataOf(unscheduled, "bindings", nriDevice),
        "another value of an annotation from before": metadataOf(annotated({ "devices.crio.io": "/dev/null" }), "", {
            annotations: { "devices.crio.io": "/dev/sgx_provision" },
        }),
        "another image in a pod from before": otherImage(annotated({ "devices.crio.io": "/dev/null" })),
    },
    passingChanges: {
        "another annotation beside one from before": metadataOf(annotated({ "devices.crio.io": "/dev/null" }), "", {
            annotations: { note: "a" },
        }),
        "the end of one from before": {
            before: annotated({ "devices.crio.io": "/dev/null" }),
            by: "",
            change: ({ metadata }) => Object.assign(metadata, { annotations: {} }),
        },
        "the address that a network plug-in notes": metadataOf(gated, "status", {
            annotations: { "cni.projectcalico.org/podIP": "10.0.0.1" },
        }),
        "a Binding without annotations": { before: unscheduled, by: "binding", change: () => undefined },
        "a Binding with an annotation of a scheduler": metadataOf(unscheduled, "binding", {
            annotations: { "scheduler.example.org/score": "1" },
        }),
    },
};
