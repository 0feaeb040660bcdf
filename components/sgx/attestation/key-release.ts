import {
    invalid,
    isLate,
    kubernetesName,
    matches,
    notAllowed,
    propertyPath,
    redacted,
    required,
    type Problem,
} from "../../problems";
import { fieldsIn, fieldsOf, isAbsent, isFields, itemsOf, listIn, type Fields } from "../pod-spec";
import type { KeyReleaseOptions } from "./mode";
import { notKnown } from "./resources";

/** The variables of the containers that attest, by the option that is their value. */
export const keyReleaseVariables = {
    attestationUrl: "ATTESTATION_URL",
    keyVaultUrl: "KEY_VAULT_URL",
    keyName: "KEY_NAME",
} as const;

const variables = Object.entries(keyReleaseVariables) as [keyof typeof keyReleaseVariables, string][];

/** The label by which the identity webhook finds pods (https://learn.microsoft.com/azure/aks/workload-identity-overview). */
const useLabel = "azure.workload.identity/use";
/** The annotation with the containers that it leaves alone, with semicolons between them. */
const skipAnnotation = "azure.workload.identity/skip-containers";

type Check = (path: string, value: unknown) => Problem[];

const url = "https://, a host, and nothing behind it";
const isUrl = (slash: string) => new RegExp(`^https://[A-Za-z0-9][-.A-Za-z0-9]*(:[0-9]+)?${slash}$`);

/** One check for each option. A value that is known only later passes. */
export const keyReleaseChecks: Readonly<Record<keyof KeyReleaseOptions, Check>> = {
    serviceAccountName: checked("the name of a ServiceAccount", kubernetesName),
    attestationUrl: checked("the address of Azure Attestation", (path, value) =>
        matches(
            path,
            value,
            isUrl(""),
            `${url}, no slash either`,
            "use the output attestationUrl of AttestationProvider",
        ),
    ),
    keyVaultUrl: checked("the address of the vault", (path, value) =>
        matches(path, value, isUrl("/?"), `${url} but a slash`, "use the output keyVaultUrl of EnclaveKey"),
    ),
    keyName: checked("the name of the key", (path, value) =>
        matches(
            path,
            value,
            /^[-0-9A-Za-z]{1,127}$/,
            "1-127 letters, digits and dashes",
            "use the key's name, without its version",
        ),
    ),
};

function checked(expected: string, check: Check): Check {
    return (path, value) => {
        const absent = required(path, value, expected, "name it");
        return absent.length > 0 || isLate(value) ? absent : check(path, value);
    };
}

/** Problems of the options themselves. */
export function checkKeyRelease(path: string, keyRelease: unknown): Problem[] {
    if (keyRelease === undefined) return [];
    if (!isFields(keyRelease)) {
        const expected = "an object with serviceAccountName, attestationUrl, keyVaultUrl and keyName";
        return [invalid(path, keyRelease, expected, "write the object; each of its values may be an output")];
    }
    return Object.entries(keyReleaseChecks).flatMap(([key, check]) => check(`${path}.${key}`, keyRelease[key]));
}

/** Conflicts in a pod. `template` holds its metadata; undefined for a bare pod spec. */
export function checkKeyReleasePod(
    keyRelease: KeyReleaseOptions,
    { podSpec, template, names }: { podSpec: Fields; template: Fields | undefined; names: readonly unknown[] },
): { ofPodSpec: Problem[]; ofTemplate: Problem[] } {
    const ofPodSpec = ["serviceAccountName", "serviceAccount"].flatMap((key) => {
        const value = podSpec[key];
        if (isAbsent(value) || value === keyRelease.serviceAccountName) return [];
        const why = "beside another one in options.keyRelease: a pod has one ServiceAccount";
        return [notAllowed(key, value, why, "remove it from the pod; withAttestation writes it")];
    });
    if (template === undefined) {
        const why = `for a bare pod spec: the identity webhook finds pods by the label ${useLabel}, and labels are not in it`;
        const remedy = "pass the pod, the pod template or the workload that contains the pod spec, metadata and all";
        return { ofPodSpec: [...ofPodSpec, notAllowed("options.keyRelease", keyRelease, why, remedy)], ofTemplate: [] };
    }
    return { ofPodSpec, ofTemplate: checkMetadata(template, names) };
}

function checkMetadata(template: Fields, names: readonly unknown[]): Problem[] {
    if (!isAbsent(template.metadata) && !isFields(template.metadata)) {
        return [notKnown("metadata", template.metadata, "object")];
    }
    const metadata = fieldsOf(template, "metadata");
    if (!isAbsent(metadata.labels) && !isFields(metadata.labels)) {
        return [notKnown("metadata.labels", metadata.labels, "object")];
    }
    const use = fieldsOf(metadata, "labels")[useLabel];
    const skipped = fieldsOf(metadata, "annotations")[skipAnnotation];
    const left = typeof skipped === "string" ? skipped.split(";").filter((name) => names.includes(name.trim())) : [];
    const expected = 'the text "true": the identity webhook leaves pods with another value alone';
    const why = `for ${left.join(", ")}: the identity webhook gives the container no token then`;
    return [
        ...(isAbsent(use) || use === "true"
            ? []
            : [
                  invalid(
                      propertyPath("metadata", "labels", useLabel),
                      use,
                      expected,
                      "remove the label; withAttestation writes it",
                  ),
              ]),
        ...(left.length === 0
            ? []
            : [
                  notAllowed(
                      propertyPath("metadata", "annotations", skipAnnotation),
                      skipped,
                      why,
                      "remove the container from it",
                  ),
              ]),
    ];
}

/** Problems of a container that attests: a variable that is there with another value. It may be a secret. */
export function checkKeyReleaseContainer(container: Fields, keyRelease: KeyReleaseOptions): Problem[] {
    return itemsOf(container, "env").flatMap(({ item, index }) => {
        const [key] = variables.find(([, name]) => name === item.name) ?? [];
        if (key === undefined || (isAbsent(item.valueFrom) && item.value === keyRelease[key])) return [];
        const path = `env[${index}].${isAbsent(item.valueFrom) ? "value" : "valueFrom"}`;
        const why = `beside options.keyRelease.${key}, which is the value of ${String(item.name)}`;
        return [redacted(notAllowed(path, item.value, why, "remove the variable; withAttestation adds it"))];
    });
}

/** Writes into a pod, in which nothing stands in the way, what it needs to ask for a key. */
export function writeKeyRelease(
    keyRelease: KeyReleaseOptions,
    template: Fields,
    { podSpec, containers }: { podSpec: Fields; containers: readonly Fields[] },
): void {
    fieldsIn(fieldsIn(template, "metadata"), "labels")[useLabel] = "true";
    podSpec.serviceAccountName = keyRelease.serviceAccountName;
    for (const container of containers) {
        const names = itemsOf(container, "env").map(({ item }) => item.name);
        for (const [key, name] of variables) {
            if (!names.includes(name)) listIn(container, "env").push({ name, value: keyRelease[key] });
        }
    }
}
