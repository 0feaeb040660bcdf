import { Namespace } from "@pulumi/kubernetes/core/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { nameOf } from "./options";

/** A name as a label may hold it. */
function labelValue(name: string): string {
    const text = name.replace(/[^-A-Za-z0-9_.]+/g, "-").slice(0, 63);
    return text.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

/**
 * The labels every object of this package carries
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/).
 */
export function commonLabels(name: string, component: string): Record<string, string> {
    return {
        "app.kubernetes.io/name": labelValue(name),
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/part-of": "confidential-aks",
        "app.kubernetes.io/managed-by": "pulumi",
    };
}

/**
 * What no container of this package needs: privilege escalation, capabilities, a writable root file system, system
 * calls outside the runtime's default set.
 */
export const hardened = {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
} satisfies inputs.core.v1.SecurityContext;

/** The same for a container that runs as a given user. */
export function hardenedAs(uid: number): inputs.core.v1.SecurityContext {
    return { ...hardened, runAsNonRoot: uid !== 0, runAsUser: uid, runAsGroup: uid };
}

/**
 * Infrastructure pods run on every enclave node, whatever taints it has; the node selector keeps them off all others.
 */
export const tolerateAll: inputs.core.v1.Toleration[] = [{ operator: "Exists" }];

/** Never two pods of one DaemonSet on one node: they would fight for the same socket or device registration. */
export const oneAtATime: inputs.apps.v1.DaemonSetUpdateStrategy = {
    type: "RollingUpdate",
    rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
};

const podSecurity = {
    "pod-security.kubernetes.io/enforce": "privileged",
    "pod-security.kubernetes.io/audit": "baseline",
    "pod-security.kubernetes.io/audit-version": "latest",
    "pod-security.kubernetes.io/warn": "baseline",
    "pod-security.kubernetes.io/warn-version": "latest",
};

/** Which namespace the pods of a component are in. */
export interface NamespaceOptions {
    /** Name of the component. */
    name: string;
    /** A namespace that exists; undefined makes one. */
    given: pulumi.Input<string> | undefined;
    /** Name of the namespace that is made. */
    app: string;
    /** Value of its label `app.kubernetes.io/component`. */
    component: string;
}

/**
 * The namespace given, or one made here by the name `app`. hostPath, and the device plugin's SELinux type, are outside
 * the Pod Security levels "baseline" and "restricted", so a namespace made here enforces "privileged". Warnings and the
 * audit log go by "baseline": they name these two for the pods of this package, and all else that somebody asks for
 * there.
 */
export function namespaceFor(options: NamespaceOptions, child: pulumi.CustomResourceOptions): pulumi.Input<string> {
    const { name, given, app, component } = options;
    if (given !== undefined) return given;
    const namespace = new Namespace(
        `${name}-namespace`,
        {
            metadata: {
                name: app,
                labels: { ...commonLabels(app, component), ...podSecurity },
            },
        },
        child,
    );
    return nameOf(namespace, app);
}
