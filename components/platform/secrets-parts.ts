import type { AttestationProviderSettings } from "../attestation-provider/args";
import { attestationProviderSpec } from "../attestation-provider/spec";
import type { EnclaveKeySettings } from "../enclave-key/args";
import { enclaveKeySpec } from "../enclave-key/spec";
import { checkVault } from "../enclave-key/vault-spec";
import { enclaveIdentitySpec } from "../enclave-identity/spec";
import {
    duplicate,
    invalid,
    isPlainObject,
    matches,
    missing,
    notAllowed,
    prefixed,
    required,
    when,
    type Problem,
    type Warning,
} from "../problems";
import type { EnclaveArgs } from "../sgx";
import type { ConfidentialPlatformArgs } from "./args";
import type { PlatformKeyArgs, PlatformSecretsArgs } from "./args-secrets";

/** A key, and who asks for it. */
export interface PlatformKey {
    name: string;
    settings: EnclaveKeySettings;
    namespace: string;
    serviceAccountName: string;
}

/** Attestation and secrets of a platform. */
export interface PlatformSecrets {
    /** Undefined: a shared provider, or none at all. */
    provider: AttestationProviderSettings | undefined;
    sharedUrl: string | undefined;
    secrets: PlatformSecretsArgs | undefined;
    keys: readonly PlatformKey[];
}

/** What the arguments ask for, with the defaults that a platform has. */
export function secretsOf({ attestation, secrets }: ConfidentialPlatformArgs): PlatformSecrets {
    const given = listOf(secrets?.keys);
    const { sharedUrl, ...settings } = attestation ?? {};
    const isOwn = sharedUrl === undefined && (attestation !== undefined || secrets !== undefined);
    return {
        provider: isOwn ? withEnclaves(settings, given) : undefined,
        sharedUrl,
        secrets,
        keys: given.map(({ name, namespace, serviceAccountName, ...key }) => ({
            name,
            settings: { ...key, keyName: key.keyName ?? name },
            namespace: namespace ?? "default",
            serviceAccountName: serviceAccountName ?? name,
        })),
    };
}

/** Those of the keys get a token beside the provider's own, unless a text says who does. */
function withEnclaves(
    settings: AttestationProviderSettings,
    keys: readonly PlatformKeyArgs[],
): AttestationProviderSettings {
    if (settings.policy !== undefined || settings.signedPolicy !== undefined) return settings;
    const ofKeys = keys.flatMap(({ enclave, previousEnclave }): (EnclaveArgs | undefined)[] => [
        enclave,
        previousEnclave,
    ]);
    const all = [...(settings.enclaves ?? []), ...ofKeys].filter((each) => each !== undefined);
    const different = [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
    return different.length === 0 ? settings : { ...settings, enclaves: different };
}

const listOf = (keys: unknown): PlatformKeyArgs[] =>
    Array.isArray(keys) ? keys.filter((key): key is PlatformKeyArgs => isPlainObject(key)) : [];

/** Releases that Azure allows a vault (https://learn.microsoft.com/azure/key-vault/general/overview-throttling). */
const releasesInTenSeconds = 10;

/** A warning where more pods ask at once than a vault answers. */
export function warnOfReleases(jobs: readonly { key: string | undefined }[]): Warning[] {
    const asking = jobs.filter(({ key }) => key !== undefined).length;
    if (asking <= releasesInTenSeconds) return [];
    const message =
        `${asking} jobs ask one vault for their keys when they start, and Azure releases ${releasesInTenSeconds} in 10 seconds: ` +
        "the applications have to repeat what is answered with 429";
    return [{ code: "release-limit", path: "jobs", message }];
}

/** In the place of what is known when the cluster is there. */
const later = {
    attestationUrl: "https://attestation.weu.attest.azure.net",
    resourceGroupName: "group",
    vaultId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v",
    oidcIssuerUrl: "https://issuer.invalid/",
};

/** Everything that is wrong with attestation and secrets, by the checks of their components. */
export function checkSecrets(args: ConfidentialPlatformArgs, { provider, keys }: PlatformSecrets): Problem[] {
    const { attestation, secrets, jobs } = args;
    return [
        ...prefixed("attestation", [
            ...checkShared(args),
            ...(provider === undefined
                ? []
                : withoutKeys(attestationProviderSpec({ ...provider, ...later }).problems, attestation?.enclaves)),
        ]),
        ...(secrets === undefined ? [] : prefixed("secrets", checkKeys(secrets, keys))),
        ...(Array.isArray(jobs) ? jobs : []).flatMap((job, index) =>
            prefixed(`jobs[${index}]`, checkJob(job.key, job.namespace, job.keyRelease, keys)),
        ),
    ];
}

/** An enclave of a key is the key's problem. */
function withoutKeys(problems: readonly Problem[], own: readonly EnclaveArgs[] | undefined): Problem[] {
    return problems.filter(({ path }) => {
        const [, index] = /^enclaves\[(\d+)\]/.exec(path) ?? [];
        return index === undefined || Number(index) < (own?.length ?? 0);
    });
}

function checkShared({ attestation, secrets }: ConfidentialPlatformArgs): Problem[] {
    if (attestation?.sharedUrl === undefined) return [];
    const { sharedUrl, ...others } = attestation;
    const form = /^https:\/\/shared[a-z0-9]+\.[a-z0-9]+\.attest\.azure\.net$/;
    const expected = "the URL of a provider that Azure shares, such as https://sharedweu.weu.attest.azure.net";
    return [
        ...matches("sharedUrl", sharedUrl, form, expected, "leave it out for a provider of your own"),
        ...Object.entries(others as Record<string, unknown>)
            .filter(([, value]) => value !== undefined)
            .map(([path, value]) =>
                notAllowed(path, value, "with sharedUrl: nobody can set up a shared provider", "remove one of both"),
            ),
        ...when(
            secrets === undefined,
            notAllowed("sharedUrl", sharedUrl, "without secrets: nothing uses it", "add secrets, or remove it"),
        ),
    ];
}

function checkKeys(secrets: PlatformSecretsArgs, keys: readonly PlatformKey[]): Problem[] {
    const { newVault, vaultId, managedHsmName, otherIssuerUrls } = secrets;
    const made = newVault === undefined ? {} : { newVault: { ...newVault, ...later } };
    const list: unknown = secrets.keys;
    return [
        ...checkVault({ ...later, enclave: {}, vaultId, managedHsmName, ...made }),
        ...required("keys", list, "the keys, at least one", "add one"),
        ...when(
            list !== undefined && (!Array.isArray(list) || list.length === 0 || keys.length < list.length),
            invalid("keys", list, "a list of keys, at least one, each with name and enclave", "write one"),
        ),
        ...keys.flatMap((key, index) => prefixed(`keys[${index}]`, checkKey(key, keys, secrets))),
        ...enclaveIdentitySpec({
            ...later,
            ...(otherIssuerUrls === undefined ? {} : { otherIssuerUrls }),
        }).problems,
    ];
}

function checkKey(key: PlatformKey, all: readonly PlatformKey[], secrets: PlatformSecretsArgs): Problem[] {
    const { name, settings, namespace, serviceAccountName } = key;
    const twin = all.findIndex((other) => other.name === name);
    const place =
        secrets.managedHsmName === undefined ? later : { managedHsmName: "hsm", ...later, vaultId: undefined };
    const ofKey = enclaveKeySpec({ ...settings, ...place }).problems;
    const ofIdentity = enclaveIdentitySpec({ ...later, namespace, serviceAccountName }).problems;
    return [
        ...required("name", name, "a name for the key", "add one"),
        ...matches(
            "name",
            (name as string | undefined) === "" ? undefined : name,
            /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/,
            "1-30 lower-case letters, digits and dashes, starting with a letter",
            "choose a name of that form",
        ),
        ...when(all[twin] !== key, duplicate("name", name, `by keys[${twin}]`, "rename one")),
        ...ofKey.filter(({ path }) => path !== "keyName" || settings.keyName !== name),
        ...ofIdentity.filter(({ path }) => path !== "serviceAccountName" || serviceAccountName !== name),
    ];
}

/** The key that a job names: one of the platform's, for pods of its namespace. */
function checkJob(
    name: string | undefined,
    namespace: unknown,
    keyRelease: unknown,
    keys: readonly PlatformKey[],
): Problem[] {
    if (name === undefined) return [];
    const key = keys.find((each) => each.name === name);
    if (key === undefined) {
        const names = keys.map((each) => each.name).join(", ");
        const expected = keys.length === 0 ? "a key of the platform, which has none" : `one of ${names}`;
        return [invalid("key", name, expected, keys.length === 0 ? "add secrets.keys" : "name one of these")];
    }
    return [
        ...when(
            keyRelease !== undefined,
            notAllowed("keyRelease", keyRelease, "with key, which sets it", "remove one of both"),
        ),
        ...when(
            (namespace ?? "default") !== key.namespace,
            namespace === undefined
                ? missing("namespace", `${JSON.stringify(key.namespace)}, where the key's ServiceAccount is`, "set it")
                : invalid(
                      "namespace",
                      namespace,
                      `${JSON.stringify(key.namespace)}, where the key's ServiceAccount is`,
                      "use it, or set the key's namespace",
                  ),
        ),
    ];
}
