import { posix } from "node:path";
import { notAllowed, propertyPath, when, type Problem } from "../../problems";
import { containersOf, fieldsOf, isAbsent, itemsOf, type Fields } from "../pod-spec";
import { ONLY_AESM_PROVISIONS, provisioningWays as ways } from "./provisioning";

/*
 * Out-of-process, a pod has no other way to the provisioning device. What the guard refuses for other reasons (further
 * hostPaths, host ports, unconfined profiles, …) is legitimate outside its namespaces and is not asked here;
 * docs/admission.md lists it.
 */

/**
 * What the node's kernel or its agents hand devices out by: the device itself (the second path is that of the driver
 * before Linux 5.11), the root of the node's first process, the socket of the container runtime, which starts any
 * container, and the kubelet's folder, where device plugins register.
 */
const nodePaths = [
    ...["/dev/sgx_provision", "/dev/sgx/provision", "/proc/1/root"],
    ...["/run/containerd/containerd.sock", "/var/lib/kubelet/device-plugins/kubelet.sock"],
];

/** Capabilities that lift a container's isolation from devices, from other processes or from the node's files. */
const wideCapabilities = ["ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_RAWIO", "SYS_MODULE", "BPF", "DAC_READ_SEARCH"];

/** Annotations by which runtimes and their plug-ins (CDI, CRI-O, NRI) give containers devices or mounts of the node. */
const deviceAnnotations = [
    ...["cdi.k8s.io/", "io.kubernetes.cri-o.Devices", "devices.crio.io", "devices.nri.io", "devices.noderesource.dev"],
    ...["mounts.nri.io", "mounts.noderesource.dev"],
];

/** Problems of a container of any kind, the socket being there for the pod as a whole. */
export function checkContainerIsolation(container: Fields): Problem[] {
    const security = fieldsOf(container, "securityContext");
    const added = fieldsOf(security, "capabilities").add;
    const capabilities = (Array.isArray(added) ? added : []).flatMap((name: unknown, index) => {
        if (typeof name !== "string" || !wideCapabilities.includes(plainCapability(name))) return [];
        const path = `securityContext.capabilities.add[${index}]`;
        const why = `a container that has ${name} ${ways.capability}`;
        return [deviceWay(path, name, why, "remove it from capabilities.add, or choose the mode inProcess")];
    });
    const remedy =
        'remove "privileged: true": sgx.intel.com/enclave gives the container the device that enclaves run on, without privileges';
    const privileged = deviceWay("securityContext.privileged", true, `this container ${ways.privileged}`, remedy);
    return [...when(security.privileged === true, privileged), ...capabilities];
}

/** Problems of the pod's volumes and namespaces. */
export function checkPodIsolation(podSpec: Fields): Problem[] {
    const mounts = containersOf(podSpec).flatMap(({ container }) => itemsOf(container, "volumeMounts"));
    const volumes = itemsOf(podSpec, "volumes").flatMap(({ item, index }) => {
        const { path } = fieldsOf(item, "hostPath");
        if (typeof path !== "string") return [];
        const own = mounts.filter((mount) => mount.item.name === item.name).map((mount) => mount.item);
        const [reached] = (own.length === 0 ? [{}] : own).flatMap((mount) => deviceWayOf(path, mount) ?? []);
        if (reached === undefined) return [];
        const why = `this volume ${ways.hostPath} by which a pod comes to ${reached}`;
        const remedy =
            "remove the volume and its mounts: sgx.intel.com/enclave gives the container /dev/sgx_enclave, and AESM makes the quotes";
        return [deviceWay(`volumes[${index}].hostPath.path`, path, why, remedy)];
    });
    const hostPid = "in the node's process namespace a container sees AESM's processes, and what they have open";
    return [...volumes, ...when(podSpec.hostPID === true, deviceWay("hostPID", true, hostPid, "remove hostPID"))];
}

/** What a mount of a path of the node reaches that hands out devices; undefined when it is nothing of the kind. */
export function deviceWayOf(path: string, { subPath, subPathExpr }: Fields): string | undefined {
    const part = typeof subPath === "string" && isAbsent(subPathExpr) ? posix.join(path, subPath) : path;
    return nodePaths.find((nodePath) => reaches(part, nodePath));
}

/** The annotation of Intel's webhook, which sets pods up too. */
const quoteProvider = "sgx.intel.com/quote-provider";
/** Labels of MarbleRun's webhook (https://github.com/edgelesssys/marblerun/blob/master/injector/injector.go). */
const marbleType = "marblerun/marbletype";
const marbleResources = "marblerun/resource-injection";

/** Problems of what the pod's annotations and labels ask others for. `template` holds the pod's metadata. */
export function checkOtherAuthors(template: Fields, outOfProcess: boolean): Problem[] {
    const metadata = fieldsOf(template, "metadata");
    const annotations = fieldsOf(metadata, "annotations");
    const labels = fieldsOf(metadata, "labels");
    const provider = annotations[quoteProvider];
    const isMarble = marbleType in labels && labels[marbleResources] !== "disabled";
    const devices = Object.keys(annotations).filter(asksForDevices).map(annotationProblem(annotations));
    return [
        ...when(!isAbsent(provider), quoteProviderProblem(provider)),
        ...when(outOfProcess && isMarble, marbleProblem(labels[marbleType])),
        ...when(outOfProcess, ...devices),
    ];
}

function quoteProviderProblem(value: unknown): Problem {
    const does =
        value === "aesmd"
            ? "mounts AESM's directory and sets SGX_AESM_ADDR by itself, which is out-of-process, in a form of its own"
            : "asks for sgx.intel.com/provision by itself for the container of that name, which is in-process";
    const why = `for it Intel's webhook for SGX ${does}, and only one of the two may set the pod up`;
    const remedy = "remove the annotation; withAttestation writes all that the pod needs";
    return notAllowed(propertyPath("metadata", "annotations", quoteProvider), value, why, remedy);
}

function marbleProblem(value: unknown): Problem {
    const why = `without the label ${marbleResources}: disabled: ${ONLY_AESM_PROVISIONS}, and MarbleRun's webhook asks for sgx.intel.com/provision`;
    const remedy = `add the label ${marbleResources}: disabled to the pod, or choose the mode inProcess`;
    return notAllowed(propertyPath("metadata", "labels", marbleType), value, why, remedy);
}

const annotationProblem = (annotations: Fields) => (name: string) => {
    const path = propertyPath("metadata", "annotations", name);
    return deviceWay(path, annotations[name], `this annotation ${ways.annotation}`, "remove it");
};

function asksForDevices(annotation: string): boolean {
    return deviceAnnotations.some((start) => annotation.startsWith(start));
}

/** A problem of a way to the provisioning device. */
function deviceWay(path: string, value: unknown, why: string, remedy: string): Problem {
    return notAllowed(path, value, `${ONLY_AESM_PROVISIONS}, and ${why}`, remedy);
}

/** Whether a path of the node is another one, is in it, or is above it. */
function reaches(path: string, target: string): boolean {
    const absolute = posix.resolve("/", path).replace(/^\/var\/run(?=\/|$)/, "/run");
    const within = (inner: string, outer: string) => inner === outer || outer === "/" || inner.startsWith(`${outer}/`);
    return within(target, absolute) || within(absolute, target);
}

/** Kubernetes takes capabilities with and without `CAP_`; container runtimes ignore the case. */
function plainCapability(name: string): string {
    return name.toUpperCase().replace(/^CAP_/, "");
}
