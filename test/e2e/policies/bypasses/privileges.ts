import { attestedPod, attestingPod, labelledPod, pod } from "../pods";
import { by, type Bypass } from "./bypass";

const secured = (securityContext: object) => pod({ app: { securityContext } });
const podSecured = (securityContext: object) => pod({ spec: { securityContext } });
const helper = (more: object) => ({ name: "helper", image: "example.org/helper:1", ...more });
const adds = (...add: string[]) => ({ capabilities: { add } });
const claim = { name: "disk", persistentVolumeClaim: { claimName: "disk" } };
const device = { volumeDevices: [{ name: "disk", devicePath: "/dev/xvda" }] };
const httpGet = { httpGet: { port: 80, host: "192.0.2.1" } };

/** Ways to more of the node than a container has by default. */
export const badPrivileges: Bypass[] = [
    ...by("privileged", {
        "a privileged container": secured({ privileged: true }),
        "a privileged container in a pod that attests": attestingPod({
            app: { securityContext: { privileged: true } },
        }),
        "a privileged second container": pod({ containers: [helper({ securityContext: { privileged: true } })] }),
        "a privileged init container": pod({ initContainers: [helper({ securityContext: { privileged: true } })] }),
        "a privileged sidecar": pod({
            initContainers: [helper({ restartPolicy: "Always", securityContext: { privileged: true } })],
        }),
        "a privileged container in a labelled pod": labelledPod({ app: { securityContext: { privileged: true } } }),
        "a privileged helper in a pod made by withAttestation": attestedPod({
            containers: [helper({ securityContext: { privileged: true } })],
        }),
        "privileged and all capabilities dropped": secured({ privileged: true, capabilities: { drop: ["ALL"] } }),
    }),
    ...by("capabilities", {
        SYS_ADMIN: secured(adds("SYS_ADMIN")),
        "all capabilities": secured(adds("ALL")),
        "SYS_ADMIN after ALL was dropped": secured({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } }),
        SYS_RAWIO: secured(adds("SYS_RAWIO")),
        SYS_PTRACE: secured(adds("SYS_PTRACE")),
        DAC_READ_SEARCH: secured(adds("DAC_READ_SEARCH")),
        NET_ADMIN: secured(adds("NET_ADMIN")),
        NET_RAW: secured(adds("NET_RAW")),
        "SYS_MODULE among harmless ones": secured(adds("CHOWN", "SYS_MODULE", "KILL")),
        "a capability with its prefix": secured(adds("CAP_SYS_ADMIN")),
        "a capability in lower case": secured(adds("sys_admin")),
        "a capability with an empty name": secured(adds("")),
        "SYS_ADMIN in an init container": pod({ initContainers: [helper({ securityContext: adds("SYS_ADMIN") })] }),
        "BPF in a sidecar": pod({
            initContainers: [helper({ restartPolicy: "Always", securityContext: adds("BPF") })],
        }),
    }),
    ...by("host-namespaces", {
        "the node's network": pod({ spec: { hostNetwork: true } }),
        "the node's processes": pod({ spec: { hostPID: true } }),
        "the node's memory": pod({ spec: { hostIPC: true } }),
        "the node's network for a pod that attests": attestingPod({ spec: { hostNetwork: true } }),
        "the node's processes for a labelled pod": labelledPod({ spec: { hostPID: true } }),
    }),
    ...by("host-ports", {
        "a port of the node": pod({ app: { ports: [{ containerPort: 80, hostPort: 80 }] } }),
        "a port of the node on one address": pod({
            app: { ports: [{ containerPort: 80, hostPort: 8080, hostIP: "127.0.0.1" }] },
        }),
        "a port of the node after one without": pod({
            app: { ports: [{ containerPort: 80 }, { containerPort: 443, hostPort: 443 }] },
        }),
        "a port of the node in a sidecar": pod({
            initContainers: [helper({ restartPolicy: "Always", ports: [{ containerPort: 1, hostPort: 1 }] })],
        }),
    }),
    ...by("volume-devices", {
        "a raw block device": pod({ app: device, volumes: [claim] }),
        "a raw block device in an init container": pod({ initContainers: [helper(device)], volumes: [claim] }),
        "a raw block device at the provisioning device's path": pod({
            app: { volumeDevices: [{ name: "disk", devicePath: "/dev/sgx_provision" }] },
            volumes: [claim],
        }),
    }),
    ...by("proc-mount", {
        "an unmasked /proc": pod({ app: { securityContext: { procMount: "Unmasked" } }, spec: { hostUsers: false } }),
    }),
    ...by("seccomp", {
        "no filter of system calls": secured({ seccompProfile: { type: "Unconfined" } }),
        "no filter of system calls, for the pod": podSecured({ seccompProfile: { type: "Unconfined" } }),
        "no filter of system calls, in an init container": pod({
            initContainers: [helper({ securityContext: { seccompProfile: { type: "Unconfined" } } })],
        }),
    }),
    ...by("app-armor", {
        "no AppArmor": secured({ appArmorProfile: { type: "Unconfined" } }),
        "no AppArmor, for the pod": podSecured({ appArmorProfile: { type: "Unconfined" } }),
        "no AppArmor, by annotation, which Kubernetes turns into the field": pod({
            annotations: { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" },
        }),
    }),
    ...by(/container not found/, {
        "no AppArmor, by annotation, for a container that is not there yet": pod({
            annotations: { "container.apparmor.security.beta.kubernetes.io/debugger": "unconfined" },
        }),
    }),
    ...by("selinux", {
        "an SELinux type of the node": secured({ seLinuxOptions: { type: "spc_t" } }),
        "an SELinux role": secured({ seLinuxOptions: { role: "system_r" } }),
        "an SELinux user, for the pod": podSecured({ seLinuxOptions: { user: "system_u" } }),
        "a device plug-in's SELinux type": secured({ seLinuxOptions: { type: "container_device_plugin_t" } }),
    }),
    ...by("sysctls", {
        "a kernel setting": podSecured({ sysctls: [{ name: "kernel.msgmax", value: "65536" }] }),
        "a kernel setting after a harmless one": podSecured({
            sysctls: [
                { name: "net.ipv4.tcp_syncookies", value: "1" },
                { name: "net.core.somaxconn", value: "1024" },
            ],
        }),
    }),
    ...by("host-process", {
        "a process of a Windows node": pod({
            app: { securityContext: { windowsOptions: { hostProcess: true, runAsUserName: "NT AUTHORITY\\SYSTEM" } } },
            spec: {
                hostNetwork: true,
                os: { name: "windows" },
                securityContext: { windowsOptions: { hostProcess: true } },
            },
        }),
    }),
    ...by("host-probes", {
        "a probe of another host": pod({ app: { livenessProbe: httpGet } }),
        "a readiness probe of the node": pod({
            app: { readinessProbe: { tcpSocket: { port: 22, host: "127.0.0.1" } } },
        }),
        "a start-up probe of another host": pod({ app: { startupProbe: httpGet } }),
        "a hook that asks another host": pod({ app: { lifecycle: { preStop: httpGet } } }),
        "a hook that asks Azure's metadata": pod({
            app: { lifecycle: { postStart: { httpGet: { port: 80, host: "169.254.169.254" } } } },
        }),
    }),
    ...by("device-annotations", {
        "a device by CDI": pod({ annotations: { "cdi.k8s.io/sgx": "intel.com/sgx=provision" } }),
        "a device by CRI-O": pod({ annotations: { "io.kubernetes.cri-o.Devices": "/dev/sgx_provision" } }),
        "a device by NRI": pod({ annotations: { "devices.nri.io/container.app": "- path: /dev/sgx_provision" } }),
        "a mount by NRI": pod({ annotations: { "mounts.nri.io/container.app": "- source: /" } }),
        "a device by NRI's newer name": pod({
            annotations: { "devices.noderesource.dev/container.app": "- path: /dev/sgx_provision" },
        }),
    }),
];
