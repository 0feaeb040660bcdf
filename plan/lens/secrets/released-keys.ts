import type { KeyEnclave, KeyHolder, ReleasedKey } from "../../model/access-format.js";
import { isObject, type PlanResource, type PlanValue } from "../../model/format.js";
import { providerName, providersOf } from "./token-policies.js";
import { isAzure, releaseRight, isSharedProvider, KEY_COMPONENT, KEY_TYPE } from "./types.js";

/** The keys of a plan that only attested enclaves get: which, attested by whom, and who may ask for them. */
export function releasedKeys(resources: readonly PlanResource[]): ReleasedKey[] {
    return resources.filter(({ type }) => type === KEY_TYPE).map((key) => toReleasedKey(key, resources));
}

function toReleasedKey(resource: PlanResource, resources: readonly PlanResource[]): ReleasedKey {
    const { keyVaultUrl, enclaves, authority } = resource.inputs;
    const known = enclavesIn(enclaves);
    const providers = typeof authority === "string" ? [] : providersOf(resource, resources).map(providerName);
    return {
        key: keyName(resource),
        urn: resource.urn,
        ...(typeof keyVaultUrl === "string" ? { keyVaultUrl } : {}),
        ...(known === undefined ? {} : { enclaves: known }),
        ...(typeof authority === "string" ? { authority } : {}),
        ...(providers.length === 0 ? {} : { providers }),
        ...(typeof authority === "string" && isSharedProvider(authority) ? { shared: true } : {}),
        holders: resources
            .filter((assignment) => keysOf(assignment, resources).includes(resource))
            .flatMap((assignment) => holdersOf(assignment, resources)),
    };
}

/** Name of a key in its vault; the logical name where that is unknown. */
export function keyName({ inputs, name }: PlanResource): string {
    return typeof inputs["keyName"] === "string" ? inputs["keyName"] : name;
}

/** The enclaves of a key; undefined where a part of them is not known. */
export function enclavesIn(value: PlanValue | undefined): KeyEnclave[] | undefined {
    if (!Array.isArray(value)) return undefined;
    const read = value.map(enclaveIn);
    return read.every((one) => one !== undefined) ? read : undefined;
}

function enclaveIn(value: PlanValue): KeyEnclave | undefined {
    if (!isObject(value)) return undefined;
    const { signer, product, minimumSvn = 0, measurements, debug = false } = value;
    const texts = (list: PlanValue | undefined): list is string[] =>
        Array.isArray(list) && list.every((one) => typeof one === "string");
    if (signer !== undefined && typeof signer !== "string") return undefined;
    if (product !== undefined && typeof product !== "number") return undefined;
    if (typeof minimumSvn !== "number" || typeof debug !== "boolean") return undefined;
    if (measurements !== undefined && !texts(measurements)) return undefined;
    return {
        ...(signer === undefined ? {} : { signer }),
        ...(product === undefined ? {} : { product }),
        minimumSvn,
        ...(measurements === undefined || measurements.length === 0 ? {} : { measurements: [...measurements].sort() }),
        debug,
    };
}

/** The keys that a role assignment gives the right to ask for. */
export function keysOf(assignment: PlanResource, resources: readonly PlanResource[]): PlanResource[] {
    if (!isAzure(assignment.type, "authorization:RoleAssignment")) return [];
    const { scope, description } = assignment.inputs;
    const right = releaseRight(assignment.inputs);
    // This package names the role in the description: another name is another role.
    if (right === false || (right === "unknown" && typeof description === "string")) return [];
    const parent = resources.find(({ urn }) => urn === assignment.parent);
    const keys = resources.filter(({ type }) => type === KEY_TYPE);
    const near = keys.filter(
        (key) =>
            (parent?.type === KEY_COMPONENT && key.parent === parent.urn) ||
            (assignment.options.dependencies ?? []).includes(key.urn),
    );
    if (typeof scope === "string") return right === true ? keys.filter((key) => covers(scope, key)) : near;
    // A release right whose scope nobody knows may be one to any key.
    return near.length > 0 || right === "unknown" ? near : keys;
}

/** True if a key is in a scope, or may be. */
function covers(scope: string, key: PlanResource): boolean {
    const [, vault, name] =
        /(?:\/(?:vaults|managedHSMs)\/|^https:\/\/)([^/.]+)(?:\.[^/]+)?(?:\/keys\/([^/]+))?\/?$/i.exec(scope) ?? [];
    if (vault === undefined) return true;
    const { keyVaultUrl } = key.inputs;
    const isVault =
        typeof keyVaultUrl !== "string" || keyVaultUrl.toLowerCase().startsWith(`https://${vault.toLowerCase()}.`);
    return isVault && (name === undefined || name.toLowerCase() === keyName(key).toLowerCase());
}

/** Whom a role assignment is for. */
export function holdersOf(assignment: PlanResource, resources: readonly PlanResource[]): KeyHolder[] {
    const { principalId } = assignment.inputs;
    if (typeof principalId === "string") return [{ principalId, serviceAccounts: [] }];
    const dependencies = assignment.options.dependencies ?? [];
    const identities = resources.filter(
        ({ type, urn }) => isAzure(type, "managedidentity:UserAssignedIdentity") && dependencies.includes(urn),
    );
    if (identities.length === 0) return [{ serviceAccounts: [] }];
    return identities.map((identity) => ({
        identity: identity.name,
        serviceAccounts: resources.filter((one) => identityOf(one, resources) === identity).map(serviceAccountOf),
    }));
}

/** The identity of this program that a federated credential is for. */
export function identityOf(credential: PlanResource, resources: readonly PlanResource[]): PlanResource | undefined {
    if (!isAzure(credential.type, "managedidentity:FederatedIdentityCredential")) return undefined;
    const identities = resources.filter(({ type }) => isAzure(type, "managedidentity:UserAssignedIdentity"));
    const { resourceName } = credential.inputs;
    const named = identities.filter(
        ({ inputs }) => typeof resourceName === "string" && inputs["resourceName"] === resourceName,
    );
    const linked = identities.filter(({ urn }) => (credential.options.dependencies ?? []).includes(urn));
    const [found, ...more] = linked.length > 0 ? linked : named;
    return more.length === 0 ? found : undefined;
}

/** `namespace/name` of the ServiceAccount that a federated credential is for; another subject as it is. */
export function serviceAccountOf({ inputs }: PlanResource): string {
    const { subject } = inputs;
    if (typeof subject !== "string") return "unknown";
    const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject) ?? [];
    return namespace === undefined || name === undefined ? `subject ${subject}` : `${namespace}/${name}`;
}

/** Who somebody is, in words. */
export function holderText({ identity, principalId, serviceAccounts }: KeyHolder): string {
    const who =
        identity !== undefined
            ? `identity ${identity}`
            : principalId !== undefined
              ? `principal ${principalId}`
              : "an identity that is known after the update";
    return serviceAccounts.length === 0 ? who : `ServiceAccount ${serviceAccounts.join(", ")} (${who})`;
}
