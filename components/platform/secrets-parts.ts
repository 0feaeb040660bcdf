import type { AttestationProviderSettings } from "../attestation-provider/args";
import { attestationProviderSpec, checkOwnName } from "../attestation-provider/spec";
import type { EnclaveKeyArgs, EnclaveKeySettings, NewKeyVaultArgs } from "../enclave-key/args";
import { enclaveKeySpec } from "../enclave-key/spec";
import { checkVault } from "../enclave-key/vault-spec";
import { enclaveIdentitySpec } from "../enclave-identity/spec";
import {
    duplicate,
    flag,
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
import type { PlatformAttestationArgs, PlatformKeyArgs, PlatformSecretsArgs } from "./args-secrets";

/** A key, and who asks for it. */
export interface PlatformKey {
    /** Its place in `secrets.keys`. */
    index: number;
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
    const given = listOf(isPlainObject(secrets) ? secrets.keys : undefined);
    const { sharedUrl, ...settings }: PlatformAttestationArgs = isPlainObject(attestation) ? attestation : {};
    const isOwn = sharedUrl === undefined && (attestation !== undefined || secrets !== undefined);
    return {
        provider: isOwn
            ? withEnclaves(
                  settings,
                  given.map(({ key }) => key),
              )
            : undefined,
        sharedUrl,
        secrets,
        keys: given.map(({ index, key: { name, namespace, serviceAccountName, ...key } }) => ({
            index,
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
    // What is no list is a problem of its own.
    if (settings.enclaves !== undefined && !Array.isArray(settings.enclaves)) return settings;
    const all = [...(settings.enclaves ?? []), ...ofKeys].filter((each) => each !== undefined);
    const different = [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
    return different.length === 0 ? settings : { ...settings, enclaves: different };
}

/** The keys with their places in the list; what is no key at all is left out. */
function listOf(keys: unknown): { index: number; key: PlatformKeyArgs }[] {
    if (!Array.isArray(keys)) return [];
    return keys.flatMap((key: unknown, index) =>
        isPlainObject(key) ? [{ index, key: key as unknown as PlatformKeyArgs }] : [],
    );
}

/** Releases that Azure allows a vault (https://learn.microsoft.com/azure/key-vault/general/overview-throttling). */
const releasesInTenSeconds = 10;

/** A warning where more pods ask at once than a vault answers. Of a Managed HSM, Azure names no such limit. */
export function warnOfReleases(spec: {
    jobs: readonly { key: string | undefined }[];
    secrets: PlatformSecrets;
}): Warning[] {
    const asking = spec.jobs.filter(({ key }) => key !== undefined).length;
    if (asking <= releasesInTenSeconds || spec.secrets.secrets?.managedHsmName !== undefined) return [];
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

/** The platform's name, where that of its attestation provider is made from it. */
export function checkSecretsName(platform: string, { provider }: PlatformSecrets): Problem[] {
    return provider === undefined ? [] : checkOwnName(platform, provider.name, "attestation.name");
}

/** Everything that is wrong with attestation and secrets, by the checks of their components. */
export function checkSecrets(args: ConfidentialPlatformArgs, { provider, keys }: PlatformSecrets): Problem[] {
    const { attestation, secrets, jobs } = args;
    const isWrong = attestation !== undefined && !isPlainObject(attestation);
    return [
        ...when(isWrong, invalid("attestation", attestation, "an object with settings, or {}", "write one")),
        ...prefixed("attestation", [
            ...(isWrong ? [] : checkShared(args)),
            ...(provider === undefined || isWrong
                ? []
                : ownProblems(attestationProviderSpec({ ...provider, ...later }).problems, args)),
        ]),
        ...checkGroup(secrets, keys),
        ...(Array.isArray(jobs) ? jobs : []).flatMap((job, index) =>
            prefixed(`jobs[${index}]`, checkJob(job.key, job.namespace, job.keyRelease, keys)),
        ),
    ];
}

function checkGroup(secrets: PlatformSecretsArgs | undefined, keys: readonly PlatformKey[]): Problem[] {
    if (secrets === undefined) return [];
    const expected = "an object with keys, and newVault, vaultId or managedHsmName";
    if (!isPlainObject(secrets)) return [invalid("secrets", secrets, expected, "write one")];
    return prefixed("secrets", checkKeys(secrets, keys));
}

/** Those of the provider's own arguments: an enclave of a key, or that there is no key, is a problem of `secrets`. */
function ownProblems(problems: readonly Problem[], { attestation, secrets }: ConfidentialPlatformArgs): Problem[] {
    const own = attestation?.enclaves;
    return problems.filter(({ path }) => {
        if (path === "enclaves") return own !== undefined || secrets === undefined;
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
    const made = { ...newVault, ...later } as NewKeyVaultArgs;
    const place = newVault === undefined ? {} : { newVault: isPlainObject(newVault) ? made : newVault };
    const list: unknown = secrets.keys;
    return [
        ...checkVault({ ...later, enclave: {}, vaultId, managedHsmName, ...place } as EnclaveKeyArgs),
        ...required("keys", list, "the keys, at least one", "add one"),
        ...when(
            list !== undefined && list !== null && list !== "" && (!Array.isArray(list) || list.length === 0),
            invalid("keys", list, "a list of keys, at least one", "write one"),
        ),
        ...(Array.isArray(list) ? list : []).flatMap((each: unknown, index) => {
            const key = keys.find((known) => known.index === index);
            if (key !== undefined) return prefixed(`keys[${index}]`, checkKey(key, keys, secrets));
            return [invalid(`keys[${index}]`, each, "an object with name and enclave", "write one")];
        }),
        ...flag("protect", secrets.protect),
        ...enclaveIdentitySpec({
            ...later,
            ...(otherIssuerUrls === undefined ? {} : { otherIssuerUrls }),
        }).problems,
    ];
}

function checkKey(key: PlatformKey, all: readonly PlatformKey[], secrets: PlatformSecretsArgs): Problem[] {
    const { name, settings, namespace, serviceAccountName } = key;
    const twin = all.find((other) => other.name === name) ?? key;
    // Key Vault takes no notice of the case.
    const inVault = ({ settings: { keyName } }: PlatformKey) => String(keyName).toLowerCase();
    const other = all.find((each) => inVault(each) === inVault(key)) ?? key;
    const isNamed = (name as string | undefined) !== undefined && (name as string | undefined) !== "";
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
        ...when(isNamed && twin !== key, duplicate("name", name, `by keys[${twin.index}]`, "rename one")),
        ...when(
            isNamed && twin === key && other !== key,
            duplicate(
                settings.keyName === name ? "name" : "keyName",
                settings.keyName,
                `in the vault by keys[${other.index}]`,
                "set another keyName",
            ),
        ),
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
