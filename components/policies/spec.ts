import * as pulumi from "@pulumi/pulumi";
import {
    duplicate,
    flag,
    invalid,
    isLate,
    kubernetesName,
    matches,
    missing,
    notAllowed,
    oneOf,
    when,
    type Checked,
    type Findings,
    type Problem,
    type Warning,
} from "../problems";
import { checkKubernetesVersion, parseKubernetesVersion } from "../sgx";
import { firstMinor, withoutInjection } from "../sgx/admission";
import { checkedLater, type Subject } from "../shared/checked-later";
import { devicePluginNamespace, quoteHelperNamespace } from "../shared/namespaces";
import { GuardMode, type AttestationPoliciesArgs } from "./args";
import { policiesDefaults as defaults } from "./defaults";

/** Namespaces of Kubernetes itself, which no policy of this package ever covers. */
const systemNamespaces = ["kube-system", "kube-public", "kube-node-lease"];

/** Default namespaces of this package's own DaemonSets; they hold what the guard forbids. */
const quotingNamespaces = [devicePluginNamespace, quoteHelperNamespace];

/** The arguments with their defaults. */
export interface PoliciesSpec {
    /** Namespaces that the policies cover. */
    namespaces: pulumi.Input<string>[];
    /** Namespaces that the policies never cover, whatever binds them. */
    exemptNamespaces: pulumi.Input<string>[];
    /** Those of them that the arguments name. */
    ownExempt: pulumi.Input<string>[];
    /** Whether pods are set up: the arguments want it, and the cluster's version can do it. */
    inject: boolean;
    guardMode: GuardMode;
    allowInProcess: boolean;
    csiDrivers: readonly string[];
}

/**
 * What the arguments stand for, and what is wrong with those that are known now. `alsoExempt` are namespaces that other
 * arguments name, where they are checked.
 */
export function attestationPoliciesSpec(
    args: AttestationPoliciesArgs,
    alsoExempt: readonly pulumi.Input<string>[] = [],
): Checked<PoliciesSpec> {
    const { exemptNamespaces = [], inject = defaults.inject } = args;
    const exempt = Array.isArray(exemptNamespaces) ? exemptNamespaces : [];
    const minor = parseKubernetesVersion(args.kubernetesVersion)?.minor ?? 0;
    const spec: PoliciesSpec = {
        namespaces: args.namespaces,
        exemptNamespaces: [...new Set([...systemNamespaces, ...quotingNamespaces, ...exempt, ...alsoExempt])],
        ownExempt: exempt,
        inject: inject && minor >= firstMinor.mutating,
        guardMode: args.guardMode ?? defaults.guardMode,
        allowInProcess: args.allowInProcess ?? defaults.allowInProcess,
        csiDrivers: args.csiDrivers ?? defaults.csiDrivers,
    };
    const version = checkVersion(args.kubernetesVersion, inject);
    const problems = [
        ...checkNamespaces(spec),
        ...version.problems,
        ...flag("inject", args.inject),
        ...oneOf("guardMode", args.guardMode, GuardMode),
        ...flag("allowInProcess", args.allowInProcess),
        ...checkDrivers(args.csiDrivers),
        ...when(
            exempt !== exemptNamespaces,
            invalid("exemptNamespaces", exemptNamespaces, "a list of namespaces", "write it as a list"),
        ),
        ...exempt.flatMap((name, at) => kubernetesName(`exemptNamespaces[${at}]`, name)),
    ];
    return { spec, problems, warnings: version.warnings };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function attestationPoliciesOutputs(of: Subject, spec: PoliciesSpec): PoliciesSpec {
    const { namespaces, exemptNamespaces: exempt, ownExempt } = spec;
    return {
        ...spec,
        namespaces: namespaces.map((name, at) => {
            if (!isLate(name)) return name;
            const both = pulumi.output({ name, others: namespaces.slice(0, at), exempt });
            return checkedLater(of, both, (known) =>
                checkNamespace(known.name, at, { exempt: known.exempt, before: known.others }),
            ).apply((known) => known.name);
        }),
        exemptNamespaces: exempt.map((name) =>
            checkedLater(of, name, (known) => [
                ...when(
                    ownExempt.includes(name),
                    ...kubernetesName(`exemptNamespaces[${ownExempt.indexOf(name)}]`, known),
                ),
                // An output among the namespaces sees to this itself.
                ...namespaces.flatMap((covered, at) =>
                    when(covered === known, ...checkNamespace(known, at, { exempt: [known], before: [] })),
                ),
            ]),
        ),
    };
}

/** One of the namespaces; `before` are those before it in the list. */
function checkNamespace(
    name: unknown,
    at: number,
    { exempt, before }: { exempt: readonly unknown[]; before: readonly unknown[] },
): Problem[] {
    const path = `namespaces[${at}]`;
    const first = before.indexOf(name);
    if (first >= 0 && !isLate(name)) return [duplicate(path, name, `by namespaces[${first}]`, "remove one")];
    if (!exempt.includes(name)) return kubernetesName(path, name);
    const why = "this namespace runs what the guard forbids, and is never covered; name namespaces of applications";
    return [notAllowed(path, name, why, "remove it from the list")];
}

function checkNamespaces({ namespaces, exemptNamespaces }: PoliciesSpec): Problem[] {
    const path = "namespaces";
    const remedy = 'name them, as in ["payments", "ledger"]';
    const expected = "the names of the namespaces that the policies cover, at least one";
    const given: unknown = namespaces;
    if (given === undefined) return [missing(path, expected, remedy)];
    if (!Array.isArray(given) || given.length === 0) return [invalid(path, given, expected, remedy)];
    return namespaces.flatMap((name, at) =>
        checkNamespace(name, at, { exempt: exemptNamespaces, before: namespaces.slice(0, at) }),
    );
}

function checkVersion(value: string | undefined, inject: boolean): Findings {
    const path = "kubernetesVersion";
    const problems = checkKubernetesVersion(path, value);
    if (problems.length > 0) return { problems, warnings: [] };
    const version = parseKubernetesVersion(value);
    if (version === undefined) {
        const expected = `the cluster's Kubernetes version: injection needs 1.${firstMinor.mutating}`;
        const remedy = `name it, such as "1.${firstMinor.mutating}", or set inject: false for the guard alone`;
        return { problems: when(inject, missing(path, expected, remedy)), warnings: [] };
    }
    if (version.minor < firstMinor.validating) {
        const expected = `1.${firstMinor.validating} or newer: older API servers have no admission policies`;
        return { problems: [invalid(path, value, expected, "upgrade the cluster")], warnings: [] };
    }
    return {
        problems: [],
        warnings: inject && version.minor < firstMinor.mutating ? [noInjection(version.text)] : [],
    };
}

function noInjection(version: string): Warning {
    return { code: "no-injection", path: "kubernetesVersion", message: withoutInjection(version) };
}

function checkDrivers(drivers: unknown): Problem[] {
    if (drivers === undefined) return [];
    if (!Array.isArray(drivers)) {
        return [invalid("csiDrivers", drivers, "a list of names of CSI drivers", "write a list")];
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
