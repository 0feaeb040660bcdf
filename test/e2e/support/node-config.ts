import type { Certificate } from "./certificates";
import type { TestImage } from "./images";

/** What holds a pod's network; nothing but sleeps. */
export const sandboxImage: TestImage = {
    name: "localhost/e2e/sandbox:1",
    entrypoint: ["/usr/bin/perl", "-e", "$SIG{TERM} = sub { exit }; select undef, undef, undef, 3600 while 1;"],
};

/** A bridge that only the pods and the node share. */
export const networkConfig = JSON.stringify({
    cniVersion: "1.0.0",
    name: "e2e",
    plugins: [
        {
            type: "bridge",
            bridge: "e2e0",
            isGateway: true,
            ipMasq: false,
            ipam: { type: "host-local", ranges: [[{ subnet: "10.244.0.0/24" }]], routes: [{ dst: "0.0.0.0/0" }] },
        },
        { type: "loopback" },
    ],
});

/** Settings of containerd; why each differs from its default stands beside it. */
export function containerdConfig({ network, runc }: { network: string; runc: string }): string {
    return `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
# Not needed, and it would listen in a folder of its own.
disabled_plugins = ["io.containerd.nri.v1.nri"]
[grpc]
address = "/run/containerd/containerd.sock"
[plugins."io.containerd.cri.v1.images"]
snapshotter = "overlayfs"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "${sandboxImage.name}"
[plugins."io.containerd.cri.v1.runtime"]
# Without CAP_SYS_RESOURCE no process may lower its score, and no pod would start.
restrict_oom_score_adj = true
disable_apparmor = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["/usr/lib/cni"]
conf_dir = "${network}"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = "${runc}"
SystemdCgroup = false
`;
}

/** Settings of the kubelet. */
export function kubeletConfig(own: {
    serving: Certificate;
    clientCa: string;
    cgroup: string;
}): Record<string, unknown> {
    return {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
        authentication: {
            anonymous: { enabled: false },
            webhook: { enabled: true },
            x509: { clientCAFile: own.clientCa },
        },
        authorization: { mode: "Webhook" },
        tlsCertFile: own.serving.cert,
        tlsPrivateKeyFile: own.serving.key,
        cgroupDriver: "cgroupfs",
        cgroupRoot: own.cgroup,
        failCgroupV1: false,
        enforceNodeAllocatable: ["none"],
        failSwapOn: false,
        makeIPTablesUtilChains: false,
        clusterDNS: ["10.96.0.10"],
        clusterDomain: "cluster.local",
        // The machine's disks are none of the node's business.
        evictionHard: { "imagefs.available": "0%", "nodefs.available": "0%", "memory.available": "0%" },
        imageGCHighThresholdPercent: 100,
        // Seconds where the defaults are minutes, for tests only.
        nodeStatusUpdateFrequency: "2s",
        syncFrequency: "5s",
        crashLoopBackOff: { maxContainerRestartPeriod: "1s" },
    };
}
