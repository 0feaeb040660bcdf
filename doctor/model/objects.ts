/*
 * What the doctor keeps of Kubernetes' objects: the fields below and no others, by the names that the API has for them.
 * Values of variables, of most annotations and of arguments are never kept.
 */

/** Amounts of resources by name, as Kubernetes writes them. */
type Amounts = Readonly<Record<string, string>>;

/** The metadata of every object. */
export interface Meta {
    name: string;
    /** Absent for objects of the cluster. */
    namespace?: string;
    uid: string;
    labels?: Readonly<Record<string, string>>;
    /** Keys of all annotations; the value only where a check reads it, else `[removed]`. */
    annotations?: Readonly<Record<string, string>>;
    ownerReferences?: readonly { kind: string; name: string; uid: string; controller?: boolean }[];
    creationTimestamp?: string;
    deletionTimestamp?: string;
}

/** A taint of a node. */
export interface Taint {
    key: string;
    value?: string;
    effect: string;
}

/** A condition of any object. */
export interface Condition {
    type: string;
    status: string;
    reason?: string;
    message?: string;
    lastTransitionTime?: string;
}

/** A node. */
export interface Node {
    metadata: Meta;
    spec: { taints?: readonly Taint[]; unschedulable?: boolean };
    status: {
        capacity?: Amounts;
        allocatable?: Amounts;
        conditions?: readonly Condition[];
        nodeInfo?: {
            kubeletVersion?: string;
            architecture?: string;
            operatingSystem?: string;
            osImage?: string;
            kernelVersion?: string;
        };
    };
}

/** A toleration of a pod. */
export interface Toleration {
    key?: string;
    operator?: string;
    value?: string;
    effect?: string;
    tolerationSeconds?: number;
}

/** A requirement of a node's labels. */
export interface Requirement {
    key: string;
    operator: string;
    values?: readonly string[];
}

/** A variable of a container. The value is kept of `SGX_AESM_ADDR` only. */
export interface Variable {
    name: string;
    value?: string;
    /** `{}` where the value comes from elsewhere. */
    valueFrom?: object;
}

/** A container as a pod's spec has it. */
export interface Container {
    name: string;
    image: string;
    /** Present for init containers that are sidecars. */
    restartPolicy?: string;
    resources?: { limits?: Amounts; requests?: Amounts };
    env?: readonly Variable[];
    volumeMounts?: readonly {
        name: string;
        mountPath: string;
        readOnly?: boolean;
        subPath?: string;
        subPathExpr?: string;
        mountPropagation?: string;
    }[];
    volumeDevices?: readonly { name: string; devicePath: string }[];
    securityContext?: object;
    terminationMessagePath?: string;
    /** The first word; the others are `[removed]`. */
    command?: readonly string[];
}

/** A volume: of a hostPath everything, of any other kind only that it is of that kind (`{ emptyDir: {} }`). */
export interface Volume {
    name: string;
    hostPath?: { path: string; type?: string };
    [kind: string]: unknown;
}

/** The spec of a pod, or of a template. */
export interface PodSpec {
    nodeName?: string;
    nodeSelector?: Readonly<Record<string, string>>;
    affinity?: {
        nodeAffinity?: {
            requiredDuringSchedulingIgnoredDuringExecution?: {
                nodeSelectorTerms: readonly {
                    matchExpressions?: readonly Requirement[];
                    matchFields?: readonly Requirement[];
                }[];
            };
        };
    };
    tolerations?: readonly Toleration[];
    schedulingGates?: readonly { name: string }[];
    serviceAccountName?: string;
    hostNetwork?: boolean;
    hostPID?: boolean;
    hostIPC?: boolean;
    securityContext?: object;
    overhead?: Amounts;
    resources?: { limits?: Amounts; requests?: Amounts };
    volumes?: readonly Volume[];
    initContainers?: readonly Container[];
    containers: readonly Container[];
}

/**
 * What a container does: one of the three is there, or none yet. Texts are masked. What a program said when it ended is
 * kept of device plugins and quote helpers only; of workloads a verdict of the sample or of the proof on a node, and
 * the last line of `wait-for-aesm`.
 */
export interface ContainerState {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: {
        exitCode: number;
        reason?: string;
        message?: string;
        /** Id of the known line (doctor/model/known-lines.ts) that is in what the program of a workload said. */
        line?: string;
        finishedAt?: string;
    };
}

/** The status of a container. */
export interface ContainerStatus {
    name: string;
    ready: boolean;
    restartCount: number;
    image?: string;
    state?: ContainerState;
    lastState?: ContainerState;
    /** Health of its devices (Kubernetes 1.36). */
    allocatedResourcesStatus?: readonly {
        name: string;
        resources?: readonly { health?: string }[];
    }[];
}

/** A pod that has to do with SGX; all others are in `Snapshot.others`. */
export interface Pod {
    metadata: Meta;
    spec: PodSpec;
    /** Of a pod of the proof on every node only. */
    proof?: ProofTimes;
    status: {
        phase?: string;
        reason?: string;
        message?: string;
        startTime?: string;
        conditions?: readonly Condition[];
        initContainerStatuses?: readonly ContainerStatus[];
        containerStatuses?: readonly ContainerStatus[];
    };
}

/** Arguments of the proof on a node. */
export interface ProofTimes {
    /** After that the next proof is due. */
    intervalSeconds: number;
    /** What one run of the judge may take; absent where it is not told. */
    runSeconds?: number;
}

/** The template of a workload's pods. */
export interface PodTemplate {
    metadata?: Pick<Meta, "labels" | "annotations">;
    spec: PodSpec;
}

/** A DaemonSet whose pods have to do with SGX. */
export interface DaemonSet {
    metadata: Meta;
    spec: { template: PodTemplate };
    status: { desiredNumberScheduled?: number; updatedNumberScheduled?: number; currentNumberScheduled?: number };
    /** When its spec or its status changed last. */
    changedAt?: string;
}

/** A Deployment, StatefulSet, Job or CronJob whose pods have to do with SGX. */
export interface Workload {
    kind: "Deployment" | "StatefulSet" | "Job" | "CronJob";
    metadata: Meta;
    template: PodTemplate;
    /** Conditions of a Deployment or Job. */
    conditions?: readonly Condition[];
    /** How many pods it wants now; absent for a CronJob. */
    wanted?: number;
    /** How many are ready, or have ended well. */
    ready?: number;
}

/** Events of one object with the same reason and message. */
export interface KubernetesEvent {
    reason: string;
    /** Masked. */
    message: string;
    object: { kind: string; namespace?: string; name: string; uid?: string; fieldPath?: string };
    /** When it was seen last. */
    last?: string;
}

/** A namespace. */
export interface Namespace {
    metadata: Meta;
}

/** A selector of labels. */
export interface LabelSelector {
    matchLabels?: Readonly<Record<string, string>>;
    matchExpressions?: readonly Requirement[];
}

/** An admission policy that has to do with this package. */
export interface AdmissionPolicy {
    kind: "ValidatingAdmissionPolicy" | "MutatingAdmissionPolicy";
    metadata: Meta;
    failurePolicy?: string;
    /** Which namespaces it is for. */
    namespaceSelector?: LabelSelector;
    /** What the API server says against its expressions. */
    typeWarnings?: readonly string[];
}

/** The binding of such a policy. */
export interface AdmissionBinding {
    kind: "ValidatingAdmissionPolicyBinding" | "MutatingAdmissionPolicyBinding";
    metadata: Meta;
    policyName: string;
    validationActions?: readonly string[];
    namespaceSelector?: LabelSelector;
}

/** A ClusterRole of the EPC hook. */
export interface ClusterRole {
    metadata: Meta;
    rules: readonly { apiGroups?: readonly string[]; resources?: readonly string[]; verbs: readonly string[] }[];
}

/** The binding of such a role. */
export interface ClusterRoleBinding {
    metadata: Meta;
    roleRef: { kind: string; name: string };
    subjects?: readonly { kind: string; name: string; namespace?: string }[];
}
