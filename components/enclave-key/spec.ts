import type * as pulumi from "@pulumi/pulumi";
import { flag, invalid, matches, notAllowed, oneOf, required, when, type Checked, type Problem } from "../problems";
import { checkEnclave, enclaveOf, type Enclave, type EnclaveArgs } from "../sgx";
import { checkForm, checkPrincipalId } from "../shared/check-place";
import { checkedValue, type Subject } from "../shared/checked-later";
import { EnclaveKeyCurve, EnclaveKeyType, type EnclaveKeyArgs } from "./args";
import { enclaveKeyDefaults as defaults } from "./defaults";
import { checkedVault, checkVault, vaultSpec, type VaultSpec } from "./vault-spec";

/** The arguments with their defaults. */
export interface EnclaveKeySpec {
    attestationUrl: pulumi.Input<string>;
    /** One, or two while one takes over from the other. */
    enclaves: readonly Enclave[];
    vault: VaultSpec;
    /** Undefined: the component's name. */
    keyName: string | undefined;
    /** Type, and size or curve. */
    material: { keyType: EnclaveKeyType; keySize?: number; curve?: EnclaveKeyCurve };
    releaseTo: Readonly<Record<string, pulumi.Input<string>>>;
    protect: boolean;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function enclaveKeySpec(args: EnclaveKeyArgs): Checked<EnclaveKeySpec> {
    const problems = problemsOf(args);
    const given = [args.enclave, args.previousEnclave].filter((each) => each !== undefined);
    return {
        spec: {
            attestationUrl: args.attestationUrl,
            enclaves: problems.length > 0 ? [] : given.map(enclaveOf),
            vault: vaultSpec(args),
            keyName: args.keyName,
            material: materialOf(args),
            releaseTo: args.releaseTo ?? {},
            protect: args.protect ?? defaults.protect,
        },
        problems,
        warnings: [],
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function enclaveKeyOutputs(of: Subject, spec: EnclaveKeySpec): EnclaveKeySpec {
    const principals = Object.entries(spec.releaseTo).map(([name, id]) => [
        name,
        checkedValue(of, `releaseTo.${name}`, id, checkPrincipalId),
    ]);
    return {
        ...spec,
        attestationUrl: checkedValue(of, "attestationUrl", spec.attestationUrl, checkAttestationUrl),
        vault: checkedVault(of, spec.vault),
        releaseTo: Object.fromEntries(principals) as EnclaveKeySpec["releaseTo"],
    };
}

function materialOf({ keyType = defaults.keyType, keySize, curve }: EnclaveKeyArgs): EnclaveKeySpec["material"] {
    if (keyType === EnclaveKeyType.ec) return { keyType, curve: curve ?? defaults.curve };
    const usual = keyType === EnclaveKeyType.rsa ? defaults.rsaSize : defaults.symmetricSize;
    return { keyType, keySize: keySize ?? usual };
}

function problemsOf(args: EnclaveKeyArgs): Problem[] {
    const { attestationUrl, enclave, previousEnclave, keyName, releaseTo } = args;
    return [
        ...required("attestationUrl", attestationUrl, "the URL whose tokens count", "name the attestation provider's"),
        ...checkAttestationUrl("attestationUrl", attestationUrl === "" ? undefined : attestationUrl),
        ...required("enclave", enclave, "the enclave that gets the key", "describe it"),
        // That there is none has been said.
        ...((enclave as unknown) === null ? [] : checkReleased("enclave", enclave)),
        ...checkReleased("previousEnclave", previousEnclave),
        ...checkVault(args),
        ...checkKeyName("keyName", keyName),
        ...checkMaterial(args),
        ...checkReleaseTo(args),
        ...Object.entries(releaseTo ?? {}).flatMap(([name, id]) => checkPrincipalId(`releaseTo.${name}`, id)),
        ...flag("protect", args.protect),
    ];
}

/** A name that Key Vault takes (https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates). */
export function checkKeyName(path: string, name: unknown): Problem[] {
    const expected = "1-127 letters, digits and dashes";
    return matches(path, name, /^[0-9A-Za-z-]{1,127}$/, expected, "choose a name of that form");
}

/** The issuer of a token, exactly as Azure Attestation writes it. */
function checkAttestationUrl(path: string, value: unknown): Problem[] {
    return checkForm(
        path,
        value,
        /^https:\/\/[a-z0-9-]+\.[a-z0-9]+\.attest\.azure\.net$/,
        "the URL of a provider of Azure Attestation, such as https://myprovider.weu.attest.azure.net, without a slash at the end",
        "az attestation show --query attestUri prints it; tokens of other services open no key",
    );
}

function checkReleased(path: string, enclave: EnclaveArgs | undefined): Problem[] {
    if (enclave === undefined) return [];
    const why = "a debug enclave: everybody with access to the node reads the key in its memory";
    return [
        ...checkEnclave(path, enclave),
        ...when(
            (enclave as EnclaveArgs | null)?.debug === true,
            notAllowed(`${path}.debug`, true, why, "build the enclave without debug"),
        ),
    ];
}

function checkMaterial({ keyType, keySize, curve, managedHsmName }: EnclaveKeyArgs): Problem[] {
    const problems = oneOf("keyType", keyType, EnclaveKeyType);
    if (problems.length > 0) return problems;
    const type = keyType ?? defaults.keyType;
    const sizes = type === EnclaveKeyType.rsa ? [2048, 3072, 4096] : [128, 192, 256];
    const isCurve = type === EnclaveKeyType.ec;
    return [
        ...when(
            type === EnclaveKeyType.symmetric && managedHsmName === undefined,
            notAllowed("keyType", keyType, "in a vault: only a Managed HSM has symmetric keys", "use RSA-HSM"),
        ),
        ...when(
            isCurve && keySize !== undefined,
            notAllowed("keySize", keySize, "with an elliptic curve", "remove it, and set curve"),
        ),
        ...when(
            !isCurve && keySize !== undefined && !sizes.includes(keySize),
            invalid("keySize", keySize, `a whole number of bits: one of ${sizes.join(", ")}`, "use one of these sizes"),
        ),
        ...when(!isCurve && curve !== undefined, notAllowed("curve", curve, `with ${type}`, "remove it")),
        ...oneOf("curve", curve, EnclaveKeyCurve),
    ];
}

function checkReleaseTo({ releaseTo, managedHsmName }: EnclaveKeyArgs): Problem[] {
    if (releaseTo === undefined || managedHsmName === undefined) return [];
    const remedy =
        "remove it, and give the identity the role Managed HSM Crypto Service Release User on the key by az keyvault role assignment create";
    return [notAllowed("releaseTo", releaseTo, "with managedHsmName: its roles are not Azure's", remedy)];
}
