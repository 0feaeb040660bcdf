import * as pulumi from "@pulumi/pulumi";
import {
    isLate,
    kubernetesName,
    matches,
    oneOf,
    throwIfAny,
    type Findings,
    type Problem,
    type Warning,
} from "../problems";
import { devicePluginNamespace, quoteHelperNamespace } from "../shared/namespaces";
import { GuardMode, type AttestationPoliciesArgs } from "./args";

/**
 * First minor versions of Kubernetes 1 in which the two kinds of policies are stable
 * (https://kubernetes.io/docs/reference/access-authn-authz).
 */
export const firstMinor = { guard: 30, injection: 36 } as const;

/** Namespaces of Kubernetes itself, which no policy of this package ever covers. */
export const systemNamespaces = ["kube-system", "kube-public", "kube-node-lease"] as const;

/** Namespaces in which this package's own DaemonSets run when nobody names others; they hold what the guard forbids. */
const quotingNamespaces = [devicePluginNamespace, quoteHelperNamespace];

/** Problems and warnings of the arguments that are known now. */
export function checkPolicies(args: AttestationPoliciesArgs): Findings {
    const version = checkVersion(args);
    return {
        problems: [
            ...checkNamespaces(args),
            ...version.problems,
            ...oneOf("guardMode", args.guardMode, GuardMode),
            ...checkDrivers(args.csiDrivers),
            ...(args.exemptNamespaces ?? []).flatMap((name, at) => kubernetesName(`exemptNamespaces[${at}]`, name)),
        ],
        warnings: version.warnings,
    };
}

/** Namespaces that the policies never cover, whatever binds them; those known only later are left to the selector. */
export function exemptNamespaces<T>(args: { exemptNamespaces?: T[] }): (T | string)[] {
    return [...new Set<T | string>([...systemNamespaces, ...quotingNamespaces, ...(args.exemptNamespaces ?? [])])];
}

/** Whether pods are set up, which also depends on the cluster's version. */
export function injects({ inject, kubernetesVersion }: AttestationPoliciesArgs): boolean {
    return inject !== false && minorOf(kubernetesVersion) >= firstMinor.injection;
}

/** Problems of one namespace that the policies are to cover. */
export function checkNamespace(path: string, name: unknown, exempt: readonly unknown[]): Problem[] {
    if (!exempt.includes(name)) return kubernetesName(path, name);
    return [
        {
            path,
            value: name,
            expected: "a namespace for applications: this one runs what the guard forbids, and is never covered",
            remedy: "remove it from the list",
        },
    ];
}

/** The same namespace; one that is known only later is checked then, and a bad one stops the program. */
export function checkedNamespace(
    subject: string,
    path: string,
    name: pulumi.Input<string>,
    exempt: readonly unknown[],
): pulumi.Input<string> {
    if (!isLate(name)) return name;
    return pulumi.output(name).apply((known) => {
        throwIfAny(subject, checkNamespace(path, known, exempt));
        return known;
    });
}

function checkNamespaces(args: AttestationPoliciesArgs): Problem[] {
    const path = "namespaces";
    const given: unknown = args.namespaces;
    if (!Array.isArray(given) || given.length === 0) {
        const expected = "the names of the namespaces that the policies cover, at least one";
        return [{ path, value: given, expected, remedy: 'name them, as in ["payments", "ledger"]' }];
    }
    const exempt = exemptNamespaces(args);
    return args.namespaces.flatMap((name, at) => {
        const first = args.namespaces.indexOf(name);
        if (first < at && !isLate(name)) {
            const expected = `each namespace once: ${path}[${first}] is the same`;
            return [{ path: `${path}[${at}]`, value: name, expected, remedy: "remove one" }];
        }
        return checkNamespace(`${path}[${at}]`, name, exempt);
    });
}

function checkVersion({ kubernetesVersion: value, inject }: AttestationPoliciesArgs): Findings {
    const path = "kubernetesVersion";
    const problems = matches(
        path,
        value,
        /^1\.(0|[1-9]\d*)(\.(0|[1-9]\d*))?$/,
        "the cluster's Kubernetes version, such as 1.36 or 1.36.2",
        "write it in that form, as text",
    );
    if (problems.length > 0) return { problems, warnings: [] };
    const minor = minorOf(value);
    if (minor < firstMinor.guard) {
        const expected = `1.${firstMinor.guard} or newer: older API servers have no admission policies`;
        return { problems: [{ path, value, expected, remedy: "upgrade the cluster" }], warnings: [] };
    }
    if (inject === false) return { problems: [], warnings: [] };
    if (value === undefined) {
        const expected = `the cluster's Kubernetes version: injection needs 1.${firstMinor.injection}`;
        const remedy = `name it, such as "1.${firstMinor.injection}", or set inject: false for the guard alone`;
        return { problems: [{ path, value, expected, remedy }], warnings: [] };
    }
    return { problems: [], warnings: minor < firstMinor.injection ? [leftOut(value)] : [] };
}

function leftOut(version: string): Warning {
    return {
        code: "no-injection",
        path: "kubernetesVersion",
        message:
            `Kubernetes ${version} has no MutatingAdmissionPolicy (1.${firstMinor.injection} has): labelled pods are not set up, ` +
            "the guard tells what they lack; withAttestation sets pods up on any version",
    };
}

function checkDrivers(drivers: unknown): Problem[] {
    if (drivers === undefined) return [];
    if (!Array.isArray(drivers)) {
        return [
            { path: "csiDrivers", value: drivers, expected: "a list of names of CSI drivers", remedy: "write a list" },
        ];
    }
    return drivers.flatMap((driver: unknown, at) =>
        matches(
            `csiDrivers[${at}]`,
            driver,
            /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/,
            "the name of a CSI driver, such as secrets-store.csi.k8s.io",
            "see kubectl get csidrivers",
        ),
    );
}

/** The minor version; of an unknown version not a number, which is less than none. */
function minorOf(version: string | undefined): number {
    return version === undefined ? NaN : Number(version.split(".")[1]);
}
