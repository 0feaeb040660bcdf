import { AESM_SOCKET_DIR, AESM_VOLUME } from "../aesm";
import { celText, celTexts } from "./cel";
import { RuleSubject, type GuardOptions, type GuardRule } from "./rule";
import { atSocketDir } from "./terms";

/*
 * What a pod may have of its node: AESM's directory, read-only. hostPath needs namespaces of Pod Security's level "privileged", so
 * these rules forbid all that its level "baseline" does (https://kubernetes.io/docs/concepts/security/pod-security-standards), and more.
 */

/**
 * Kinds of volumes that Pod Security's level "restricted" allows, the usual ones first; image volumes; and hostPath, which has a rule of
 * its own. A volume that names a server or a share itself is not among them, and neither is a kind that is new.
 */
const volumeKinds = [
    ...["projected", "configMap", "secret", "emptyDir", "persistentVolumeClaim", "hostPath", "csi", "downwardAPI"],
    ...["ephemeral", "image"],
];

/** Capabilities that a container runtime gives by default: the ones that Pod Security's level "baseline" lets pods add. */
const safeCapabilities = [
    ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"],
    ...["NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

/** Kernel settings that are the pod's own. */
const safeSysctls = [
    ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"],
    ...["net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports"],
    ...["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"],
    ...["net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
];

/** Beginnings of annotations by which runtimes and their plug-ins (CRI-O, CDI, NRI) give containers devices or mounts of the node. */
const deviceAnnotations = [
    ...["cdi.k8s.io/", "io.kubernetes.cri-o.Devices", "devices.nri.io", "devices.noderesource.dev"],
    ...["mounts.nri.io", "mounts.noderesource.dev", "ulimits.nri.io", "ulimits.noderesource.dev"],
];

const { pod, volume, container, socketMount, containerSecurity, security } = RuleSubject;

export function hostRules({ csiDrivers }: GuardOptions): GuardRule[] {
    return [...volumeRules(csiDrivers), ...mountRules, ...privilegeRules];
}

function volumeRules(csiDrivers: readonly string[]): GuardRule[] {
    const drivers = csiDrivers.length === 0 ? "none is allowed here" : `allowed here: ${csiDrivers.join(", ")}`;
    return [
        {
            id: "host-path",
            about: volume,
            holds: `(!has(v.hostPath) || v.hostPath.path == ${celText(AESM_SOCKET_DIR)})`,
            says: `is a directory or file of the node: pods here may have ${AESM_SOCKET_DIR}, written exactly so, and nothing else; use another kind of volume`,
        },
        {
            id: "host-path-type",
            about: volume,
            holds: `(!has(v.hostPath) || v.hostPath.path != ${celText(AESM_SOCKET_DIR)} || (has(v.hostPath.type) && v.hostPath.type == "Directory"))`,
            says: `is ${AESM_SOCKET_DIR} without "type: Directory", so on a node without AESM it would be made and empty; add "type: Directory" to its hostPath`,
        },
        {
            id: "volume-name",
            about: volume,
            holds: `(v.name != ${celText(AESM_VOLUME)} || has(v.hostPath))`,
            says: `has the name that is for AESM's directory of the node and is something else; rename it`,
        },
        {
            id: "volume-kind",
            about: volume,
            holds: `(${volumeKinds.map((kind) => `has(v.${kind})`).join(" || ")})`,
            says: `is of a kind that names a server, a share or a disk itself, or runs a program on the node; use a PersistentVolumeClaim`,
        },
        {
            id: "csi-driver",
            about: volume,
            holds: `(!has(v.csi) || v.csi.driver in ${celTexts(csiDrivers)})`,
            says: `names a CSI driver in the pod itself (${drivers}); use a PersistentVolumeClaim, or have the driver added to csiDrivers of AttestationPolicies`,
        },
    ];
}

const mountRules: GuardRule[] = [
    {
        id: "socket-read-only",
        about: socketMount,
        holds: `(has(m.readOnly) && m.readOnly)`,
        says: `mounts AESM's directory so that it can write to it, where only AESM may; add "readOnly: true" to the mount`,
    },
    {
        id: "socket-sub-path",
        about: socketMount,
        holds: `(!has(m.subPath) && !has(m.subPathExpr))`,
        says: `mounts a part of AESM's directory, which AESM's next start would cut off; remove subPath and subPathExpr from the mount`,
    },
    {
        id: "socket-mount-path",
        about: socketMount,
        holds: atSocketDir,
        says: `mounts AESM's directory at another path, where no library looks for it; set "mountPath: ${AESM_SOCKET_DIR}"`,
    },
    {
        id: "socket-propagation",
        about: socketMount,
        holds: `(!has(m.mountPropagation) || m.mountPropagation == "None")`,
        says: `mounts AESM's directory with mount propagation; remove mountPropagation from the mount`,
    },
];

const hostOf = (handler: string) =>
    `(!has(${handler}.httpGet) || !has(${handler}.httpGet.host) || ${handler}.httpGet.host == "") && ` +
    `(!has(${handler}.tcpSocket) || !has(${handler}.tcpSocket.host) || ${handler}.tcpSocket.host == "")`;
const noHost = (holder: string, field: string) => `(!has(${holder}.${field}) || (${hostOf(`${holder}.${field}`)}))`;

const privilegeRules: GuardRule[] = [
    {
        id: "privileged",
        about: containerSecurity,
        holds: `(!has(s.privileged) || !s.privileged)`,
        says: `is privileged, which gives it the whole node; remove "privileged: true"`,
    },
    {
        id: "capabilities",
        about: containerSecurity,
        holds: `(!has(s.capabilities) || !has(s.capabilities.add) || s.capabilities.add.all(a, a in ${celTexts(safeCapabilities)}))`,
        says: `adds a capability beyond those that a runtime gives by default; remove it from capabilities.add`,
    },
    {
        id: "proc-mount",
        about: containerSecurity,
        holds: `(!has(s.procMount) || s.procMount == "Default")`,
        says: `has an unmasked /proc; remove procMount`,
    },
    {
        id: "volume-devices",
        about: container,
        holds: `(!has(c.volumeDevices) || c.volumeDevices.size() == 0)`,
        says: `takes a raw block device; mount the volume as a file system, in volumeMounts`,
    },
    {
        id: "host-ports",
        about: container,
        holds: `(!has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))`,
        says: `takes a port of the node; remove hostPort and use a Service`,
    },
    {
        id: "host-probes",
        about: container,
        holds:
            `${noHost("c", "livenessProbe")} && ${noHost("c", "readinessProbe")} && ${noHost("c", "startupProbe")} && ` +
            `(!has(c.lifecycle) || (${noHost("c.lifecycle", "postStart")} && ${noHost("c.lifecycle", "preStop")}))`,
        says: `has the node ask another host in a probe or hook; remove "host" from it`,
    },
    {
        // Before the next one: Kubernetes wants hostNetwork with it.
        id: "host-process",
        about: security,
        holds: `(!has(s.windowsOptions) || !has(s.windowsOptions.hostProcess) || !s.windowsOptions.hostProcess)`,
        says: `runs as a process of the node; remove windowsOptions.hostProcess`,
    },
    {
        id: "host-namespaces",
        about: pod,
        holds: ["hostNetwork", "hostPID", "hostIPC"]
            .map((field) => `(!has(object.spec.${field}) || !object.spec.${field})`)
            .join(" && "),
        says: `the pod is in the node's network, process or IPC namespace: remove hostNetwork, hostPID and hostIPC`,
    },
    {
        id: "seccomp",
        about: security,
        holds: `(!has(s.seccompProfile) || s.seccompProfile.type != "Unconfined")`,
        says: `switches system call filtering off; use seccompProfile "RuntimeDefault"`,
    },
    {
        // The annotation of older versions too: the API server writes it into the field.
        id: "app-armor",
        about: security,
        holds: `(!has(s.appArmorProfile) || s.appArmorProfile.type != "Unconfined")`,
        says: `switches AppArmor off; use appArmorProfile "RuntimeDefault"`,
    },
    {
        id: "selinux",
        about: security,
        holds:
            `(!has(s.seLinuxOptions) || ((!has(s.seLinuxOptions.user) || s.seLinuxOptions.user == "") && ` +
            `(!has(s.seLinuxOptions.role) || s.seLinuxOptions.role == "") && (!has(s.seLinuxOptions.type) || ` +
            `s.seLinuxOptions.type in ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"])))`,
        says: `sets an SELinux user, role or type beyond a container's own; remove it from seLinuxOptions`,
    },
    {
        id: "sysctls",
        about: pod,
        holds:
            `(!has(object.spec.securityContext) || !has(object.spec.securityContext.sysctls) || ` +
            `object.spec.securityContext.sysctls.all(y, y.name in ${celTexts(safeSysctls)}))`,
        says: `the pod changes a kernel setting of the node: remove it from securityContext.sysctls`,
    },
    {
        id: "device-annotations",
        about: pod,
        holds:
            `(!has(object.metadata.annotations) || object.metadata.annotations.all(k, ` +
            `${deviceAnnotations.map((start) => `!k.startsWith(${celText(start)})`).join(" && ")}))`,
        says: `an annotation of the pod asks the container runtime for devices or mounts of the node: remove it`,
    },
];
