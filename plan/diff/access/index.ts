import { kindOf } from "../../lens/pods.js";
import { isAzure, KEY_TYPE, POLICY_TYPE } from "../../lens/secrets/types.js";
import type { Compared } from "../compared.js";
import type { AccessChange, Action } from "../format.js";
import { admissionBindingChanges, admissionPolicyChanges, podSecurityChanges, webhookChanges } from "./admission.js";
import { apiServerChanges } from "./api-server.js";
import { federatedCredentialChanges, roleAssignmentChanges } from "./azure-roles.js";
import { rbacBindingChanges, rbacRoleChanges } from "./cluster-roles.js";
import { sidesOf, unsure, type AccessContext, type Finding, type Sides } from "./finding.js";
import { keyChanges, tokenPolicyChanges } from "./secrets.js";

type Judge = (sides: Sides, context: AccessContext) => Finding[];

const AZURE: readonly [kind: string, judge: Judge][] = [
    ["authorization:RoleAssignment", roleAssignmentChanges],
    ["managedidentity:FederatedIdentityCredential", federatedCredentialChanges],
    ["containerservice:ManagedCluster", apiServerChanges],
];

const KUBERNETES: Readonly<Record<string, Judge>> = {
    ClusterRole: rbacRoleChanges,
    Role: rbacRoleChanges,
    ClusterRoleBinding: rbacBindingChanges,
    RoleBinding: rbacBindingChanges,
    ValidatingAdmissionPolicy: admissionPolicyChanges,
    MutatingAdmissionPolicy: admissionPolicyChanges,
    ValidatingAdmissionPolicyBinding: admissionBindingChanges,
    MutatingAdmissionPolicyBinding: admissionBindingChanges,
    ValidatingWebhookConfiguration: webhookChanges,
    MutatingWebhookConfiguration: webhookChanges,
    Namespace: podSecurityChanges,
};

/**
 * What a change does to who may do or get what, over all resources of a stack: first what widens access, in the order
 * of `compared`.
 */
export function accessChanges(compared: readonly Compared[], context: AccessContext): AccessChange[] {
    const all = compared.flatMap((item) => {
        const { urn, type, name } = item.diff;
        return findingsOf(item, context).map((finding): AccessChange => ({ urn, type, name, ...finding }));
    });
    return [...all.filter((change) => change.widens), ...all.filter((change) => !change.widens)];
}

function findingsOf(item: Compared, context: AccessContext): Finding[] {
    const sides = sidesOf(item);
    const { type } = item.diff;
    if (type === KEY_TYPE) return keyChanges(sides, context);
    if (type === POLICY_TYPE) return tokenPolicyChanges(sides, context);
    if (type.startsWith("kubernetes:")) return kubernetesFindings(item, sides, context);
    const [, judge] = AZURE.find(([kind]) => isAzure(type, kind)) ?? [];
    if (judge !== undefined) return judge(sides, context);
    return hiddenFindings(item, "a component of a plugin");
}

function kubernetesFindings(item: Compared, sides: Sides, context: AccessContext): Finding[] {
    const { type } = item.diff;
    if (type.startsWith("kubernetes:helm.sh/")) return hiddenFindings(item, "a Helm chart");
    const kind = kindOf((sides.after ?? sides.before) as NonNullable<Sides["after"]>).replace(/Patch$/, "");
    return Object.hasOwn(KUBERNETES, kind) ? (KUBERNETES[kind]?.(sides, context) ?? []) : [];
}

const HAPPENS: Partial<Record<Action, string>> = { create: "is new", delete: "goes" };

/** What a plan cannot look into: its objects may be roles and bindings, or guards. */
function hiddenFindings({ before, after, diff, same }: Compared, what: string): Finding[] {
    const isHidden = (after ?? before)?.remote === true || diff.type.startsWith("kubernetes:helm.sh/");
    if (!isHidden || same || diff.action === "move") return [];
    return [unsure(`${what} ${HAPPENS[diff.action] ?? "changes"}, and what it makes is not in the plan`)];
}
