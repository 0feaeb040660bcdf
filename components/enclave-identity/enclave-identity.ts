import { FederatedIdentityCredential, type UserAssignedIdentity } from "@pulumi/azure-native/managedidentity";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { matches, throwIfAny, type Problem } from "../problems";
import { Behind } from "../shared/behind";
import { commonLabels } from "../shared/objects";
import { childOptions, waitingFor } from "../shared/options";
import { specOf, subjectOf } from "../shared/part";
import { userAssignedIdentity } from "../shared/user-assigned-identity";
import { showWarnings } from "../shared/warnings";
import type { EnclaveIdentityArgs } from "./args";
import { checkServiceAccount, enclaveIdentityOutputs, enclaveIdentitySpec, type EnclaveIdentitySpec } from "./spec";

/** The one audience that Entra ID takes (https://learn.microsoft.com/azure/aks/workload-identity-overview). */
const audience = "api://AzureADTokenExchange";

const behind = new Behind<{
    identity: UserAssignedIdentity;
    credentials: readonly FederatedIdentityCredential[];
    serviceAccount: ServiceAccount;
}>();

/**
 * An identity in Azure that the pods of one Kubernetes ServiceAccount act as, without a secret: a user-assigned
 * identity, a federated credential for each cluster whose tokens it trusts, and the ServiceAccount with the annotations
 * that the identity webhook of AKS reads. It has no right to anything yet: a role is given to its `principalId`.
 *
 * Pods use it with the option `keyRelease` of `withAttestation` and `AttestedJob`, or with `serviceAccountName` and the
 * label `azure.workload.identity/use: "true"`. The webhook sets pods up when they are created, so those that run keep
 * the identity they have. Credentials take from seconds to minutes until they work: the first requests for a token may
 * fail with AADSTS70021, and have to be repeated.
 *
 * The ServiceAccount goes to the cluster of the Kubernetes provider among the component's options.
 *
 * @example
 * ```ts
 * import { ConfidentialCluster, EnclaveIdentity } from "confidential-aks";
 *
 * const cluster = new ConfidentialCluster("sgx", {
 *     location: "westeurope",
 *     enclavePools: [{ name: "enclave", vmSize: "Standard_DC2s_v3" }],
 * });
 * const { resourceGroupName, oidcIssuerUrl } = cluster;
 * const identity = new EnclaveIdentity("payroll", { resourceGroupName, oidcIssuerUrl }, cluster.workloadOptions());
 * export const principalId = identity.principalId;
 * ```
 */
export class EnclaveIdentity extends pulumi.ComponentResource {
    /** Client id (also called application id) of the identity. */
    public readonly clientId: pulumi.Output<string>;
    /** Principal id (also called object id) of the identity, for role assignments. */
    public readonly principalId: pulumi.Output<string>;
    /** Tenant of Entra ID that the identity is in. */
    public readonly tenantId: pulumi.Output<string>;
    /** Azure resource id of the identity. */
    public readonly identityId: pulumi.Output<string>;
    /** Namespace of the ServiceAccount. */
    public readonly namespace: pulumi.Output<string>;
    /** Name of the ServiceAccount. What uses this output waits for the credentials too. */
    public readonly serviceAccountName: pulumi.Output<string>;

    constructor(name: string, args: EnclaveIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
        const subject = `enclave identity "${name}"`;
        const { spec: checked, problems, warnings } = specOf(args, enclaveIdentitySpec);
        throwIfAny(subject, [...checkName(name, checked), ...problems]);
        super("confidential-aks:index:EnclaveIdentity", name, args, opts);
        showWarnings(warnings, this);
        const spec = enclaveIdentityOutputs(subjectOf(args, subject), checked);
        const child = childOptions(this, opts);
        const { namespace, serviceAccountName = name } = spec;
        const identity = userAssignedIdentity(name, spec.place, child);
        const credentials = credentialsOf(name, { ...spec, serviceAccountName }, identity.resource, child);
        const serviceAccount = new ServiceAccount(
            name,
            {
                metadata: {
                    name: serviceAccountName,
                    namespace,
                    labels: commonLabels(name, "enclave-identity"),
                    annotations: {
                        "azure.workload.identity/client-id": identity.clientId,
                        "azure.workload.identity/tenant-id": identity.tenantId,
                    },
                },
                // The webhook gives pods a token of their own, for Azure; this one is for the API server.
                automountServiceAccountToken: false,
            },
            child,
        );
        behind.keep(this, { identity: identity.resource, credentials, serviceAccount });
        this.clientId = identity.clientId;
        // The invoke's answer depends on no resource: with this, the plan knows whose role it is.
        this.principalId = pulumi.all([identity.principalId, identity.resource.urn]).apply(([id]) => id);
        this.tenantId = identity.tenantId;
        this.identityId = identity.id;
        this.namespace = pulumi.output(namespace);
        const made = [serviceAccount, ...credentials].map(({ urn }) => urn);
        this.serviceAccountName = pulumi.all([serviceAccountName, pulumi.all(made)]).apply(([known]) => known);
        this.registerOutputs({
            clientId: this.clientId,
            principalId: this.principalId,
            tenantId: this.tenantId,
            identityId: this.identityId,
            namespace: this.namespace,
            serviceAccountName: this.serviceAccountName,
        });
    }

    /** The identity. */
    get identity(): UserAssignedIdentity {
        return behind.of(this).identity;
    }

    /** The credentials, in the order of the issuers: that of `oidcIssuerUrl` first. */
    get credentials(): readonly FederatedIdentityCredential[] {
        return behind.of(this).credentials;
    }

    /** The ServiceAccount. */
    get serviceAccount(): ServiceAccount {
        return behind.of(this).serviceAccount;
    }
}

/** The component's name begins the names in Azure, and is the ServiceAccount's where that has no other. */
function checkName(name: string, { serviceAccountName }: EnclaveIdentitySpec): Problem[] {
    if (serviceAccountName === undefined) {
        const problems = checkServiceAccount("name", name);
        return problems.map((problem) => ({ ...problem, remedy: `${problem.remedy}, or set serviceAccountName` }));
    }
    const expected = "1-90 letters, digits, dashes and underscores, beginning with a letter or digit";
    return matches("name", name, /^[A-Za-z0-9][-\w]{0,89}$/, expected, "choose a name of that form");
}

/**
 * Azure refuses to write two credentials of one identity at once. So each waits for all those before it: for the one
 * before it alone, the engine would delete the first and the third of them at once when the second stays.
 */
function credentialsOf(
    name: string,
    spec: EnclaveIdentitySpec,
    identity: UserAssignedIdentity,
    child: pulumi.CustomResourceOptions,
): readonly FederatedIdentityCredential[] {
    const subject = pulumi
        .all([spec.namespace, spec.serviceAccountName])
        .apply(([namespace, account]) => `system:serviceaccount:${namespace}:${account}`);
    const made: FederatedIdentityCredential[] = [];
    for (const { url, suffix } of spec.issuers) {
        const credential = new FederatedIdentityCredential(
            `${name}-${suffix}`,
            {
                resourceGroupName: spec.place.resourceGroupName,
                resourceName: identity.name,
                issuer: url,
                subject,
                audiences: [audience],
            },
            waitingFor(child, [...made]),
        );
        made.push(credential);
    }
    return made;
}
