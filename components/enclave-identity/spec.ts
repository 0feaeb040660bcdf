import type * as pulumi from "@pulumi/pulumi";
import { isLate, kubernetesName, notAllowed, type Checked, type Problem } from "../problems";
import { checkRegion, checkTags, requiredResourceGroup } from "../shared/check-place";
import type { AzurePlace } from "../shared/azure-place";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedTags } from "../shared/checked-place";
import type { EnclaveIdentityArgs } from "./args";
import { enclaveIdentityDefaults as defaults } from "./defaults";
import { checkedIssuers, checkIssuers, issuersOf, type Issuer } from "./issuers";

/** The arguments with their defaults. */
export interface EnclaveIdentitySpec {
    place: AzurePlace;
    /** The cluster's issuer, then the others. */
    issuers: readonly Issuer[];
    namespace: pulumi.Input<string>;
    /** Undefined: the component's name. */
    serviceAccountName: pulumi.Input<string> | undefined;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function enclaveIdentitySpec(args: EnclaveIdentityArgs): Checked<EnclaveIdentitySpec> {
    const { resourceGroupName, location, tags, oidcIssuerUrl, otherIssuerUrls } = args;
    return {
        spec: {
            place: { resourceGroupName, location, tags },
            issuers: issuersOf(oidcIssuerUrl, Array.isArray(otherIssuerUrls) ? otherIssuerUrls : []),
            namespace: args.namespace ?? defaults.namespace,
            serviceAccountName: args.serviceAccountName,
        },
        problems: [
            ...checkGroup("resourceGroupName", resourceGroupName),
            ...checkRegion("location", location),
            ...checkTags("tags", tags),
            ...checkIssuers(oidcIssuerUrl, otherIssuerUrls),
            ...checkNamespace("namespace", args.namespace),
            ...checkServiceAccount("serviceAccountName", args.serviceAccountName),
        ],
        warnings: [],
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function enclaveIdentityOutputs(of: Subject, spec: EnclaveIdentitySpec): EnclaveIdentitySpec {
    const { resourceGroupName, location, tags } = spec.place;
    return {
        place: {
            resourceGroupName: checkedValue(of, "resourceGroupName", resourceGroupName, checkKnownGroup),
            location: checkedValue(of, "location", location, checkRegion),
            tags: checkedTags(of, "tags", tags),
        },
        issuers: checkedIssuers(of, spec.issuers),
        namespace: checkedValue(of, "namespace", spec.namespace, checkNamespace),
        serviceAccountName: checkedValue(of, "serviceAccountName", spec.serviceAccountName, checkServiceAccount),
    };
}

function checkGroup(path: string, value: unknown): Problem[] {
    return requiredResourceGroup(path, value, "the resource group of the identity");
}

/** The same for an output. A mock of a unit test may leave it without a value. */
function checkKnownGroup(path: string, value: unknown): Problem[] {
    return value === undefined ? [] : checkGroup(path, value);
}

/** The identity webhook of AKS runs in kube-system, and leaves the pods there as they are. */
function checkNamespace(path: string, value: unknown): Problem[] {
    if (value !== "kube-system") return kubernetesName(path, value);
    const why = "for pods that get tokens: the identity webhook leaves the pods of kube-system alone";
    return [notAllowed(path, value, why, "name the namespace of the application")];
}

export function checkServiceAccount(path: string, value: unknown): Problem[] {
    if (isLate(value) || value !== "default") return kubernetesName(path, value);
    const why = "here: Kubernetes itself makes the ServiceAccount default in each namespace, for all its pods";
    return [notAllowed(path, value, why, "choose a name of the application's own")];
}
