import type * as pulumi from "@pulumi/pulumi";
import {
    flag,
    integerIn,
    invalid,
    isPlainObject,
    matches,
    missing,
    notAllowed,
    oneOf,
    prefixed,
    required,
    when,
    type Problem,
} from "../problems";
import { checkForm, checkGuid, checkRegion, checkTags, requiredResourceGroup } from "../shared/check-place";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedTags } from "../shared/checked-place";
import { asRange, checkRange } from "../shared/cidr";
import { checkSubnetId } from "../shared/network-ids";
import { checkedPrivateEndpoint, checkPrivateEndpoint } from "../shared/private-endpoint";
import { PrincipalType, type EnclaveKeyArgs, type NewKeyVaultArgs } from "./args";
import { newVaultDefaults as defaults } from "./defaults";

/** A vault and what has to be there before keys can be made in it. */
export interface Vault {
    id: pulumi.Input<string>;
    url: pulumi.Input<string>;
    after: pulumi.Resource[];
}

/** Where the key is. */
export type VaultSpec =
    | { kind: "new"; vault: NewVaultSpec }
    /** One that another component has made. */
    | { kind: "made"; vault: Vault }
    | { kind: "vault"; id: pulumi.Input<string> }
    | { kind: "managedHsm"; name: string };

/** A vault that is created, with every default. */
export interface NewVaultSpec extends NewKeyVaultArgs {
    purgeProtection: boolean;
    retentionDays: number;
    recover: boolean;
    publicNetworkAccess: boolean;
}

/** Name of the private DNS zone of vaults. */
const zone = "privatelink.vaultcore.azure.net";

/** The place that the arguments name; that they name one is checked elsewhere. */
export function vaultSpec({ newVault, vaultId, managedHsmName }: EnclaveKeyArgs): VaultSpec {
    // What is no object is a problem, and no vault.
    if (isPlainObject(newVault)) return { kind: "new", vault: newVaultSpec(newVault) };
    return managedHsmName === undefined
        ? { kind: "vault", id: vaultId ?? "" }
        : { kind: "managedHsm", name: managedHsmName };
}

/** A vault with its defaults. */
export function newVaultSpec(args: NewKeyVaultArgs): NewVaultSpec {
    return {
        ...args,
        purgeProtection: args.purgeProtection ?? defaults.purgeProtection,
        retentionDays: args.retentionDays ?? defaults.retentionDays,
        recover: args.recover ?? defaults.recover,
        publicNetworkAccess: args.publicNetworkAccess ?? defaults.publicNetworkAccess,
    };
}

/** Exactly one place, and its form. */
export function checkVault({ newVault, vaultId, managedHsmName }: EnclaveKeyArgs): Problem[] {
    const given = Object.entries({ newVault, vaultId, managedHsmName }).filter(([, value]) => value !== undefined);
    const [first, ...others] = given;
    if (first === undefined)
        return [missing("newVault", "the vault of the key, or vaultId or managedHsmName", "name one of the three")];
    return [
        ...others.map(([path, value]) =>
            notAllowed(path, value, `with ${first[0]}: a key is in one place`, "remove one"),
        ),
        ...(newVault === undefined ? [] : prefixed("newVault", checkNewVault(newVault))),
        ...checkVaultId("vaultId", vaultId),
        ...matches(
            "managedHsmName",
            managedHsmName,
            /^[A-Za-z][A-Za-z0-9-]{2,23}$/,
            "the name of a Managed HSM, 3-24 letters, digits and dashes",
            "use its name, not its URL",
        ),
    ];
}

export function checkVaultId(path: string, value: unknown): Problem[] {
    return checkForm(
        path,
        value,
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/i,
        "the id of a vault, /subscriptions/.../providers/Microsoft.KeyVault/vaults/<name>",
        "az keyvault show --query id prints it",
    );
}

/** What is wrong with a vault that is to be created. */
function checkNewVault(args: NewKeyVaultArgs): Problem[] {
    if (!isPlainObject(args)) return [invalid("", args, "an object with name and resourceGroupName", "write one")];
    const { publicNetworkAccess, privateEndpoint, allowedIpRanges, allowedSubnetIds } = args;
    const closed = Object.entries({ allowedIpRanges, allowedSubnetIds }).filter(([, value]) => value !== undefined);
    return [
        ...required("name", args.name, "the name of the vault, unique in all of Azure", "choose one"),
        ...matches(
            "name",
            (args.name as string | undefined) === "" ? undefined : args.name,
            /^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/,
            "3-24 letters, digits and single dashes, starting with a letter",
            "choose a name of that form",
        ),
        ...checkGroup("resourceGroupName", args.resourceGroupName),
        ...checkRegion("location", args.location),
        ...checkTags("tags", args.tags),
        ...flag("purgeProtection", args.purgeProtection),
        ...integerIn("retentionDays", args.retentionDays, 7, 90),
        ...flag("recover", args.recover),
        ...flag("publicNetworkAccess", publicNetworkAccess),
        ...(publicNetworkAccess === false
            ? [
                  ...when(
                      privateEndpoint === undefined,
                      missing("privateEndpoint", "a way to the vault, which is closed to the public network", "add it"),
                  ),
                  ...closed.map(([path, value]) =>
                      notAllowed(path, value, "with publicNetworkAccess: false", "remove one of both"),
                  ),
              ]
            : []),
        ...eachOf("allowedIpRanges", allowedIpRanges, (path, range) =>
            checkRange(path, typeof range === "string" ? asRange(range) : range),
        ),
        ...eachOf("allowedSubnetIds", allowedSubnetIds, checkSubnetId),
        ...checkPrivateEndpoint("privateEndpoint", privateEndpoint, zone),
        ...checkOfficers(args.keyOfficers),
    ];
}

function eachOf(path: string, list: unknown, check: (path: string, item: unknown) => Problem[]): Problem[] {
    if (list === undefined) return [];
    if (!Array.isArray(list)) return [invalid(path, list, "a list", "write it as a list")];
    return list.flatMap((item: unknown, index) => check(`${path}[${index}]`, item));
}

function checkGroup(path: string, value: unknown): Problem[] {
    return requiredResourceGroup(path, value, "the resource group of the vault");
}

function checkOfficers(officers: unknown): Problem[] {
    if (officers === undefined) return [];
    const expected = "a list of principals, at least one";
    if (!Array.isArray(officers) || officers.length === 0)
        return [invalid("keyOfficers", officers, expected, "leave it out for who runs the first update")];
    return officers.flatMap((officer: unknown, index) => {
        const path = `keyOfficers[${index}]`;
        if (!isPlainObject(officer)) return [invalid(path, officer, "an object with principalId", "write one")];
        return [
            ...required(`${path}.principalId`, officer.principalId, "the object id of a principal", "name it"),
            ...checkOfficerId(`${path}.principalId`, officer.principalId === "" ? undefined : officer.principalId),
            ...oneOf(`${path}.principalType`, officer.principalType, PrincipalType),
        ];
    });
}

function checkOfficerId(path: string, value: unknown): Problem[] {
    const remedy = "az ad signed-in-user show, az ad group show or az ad sp show with --query id prints it";
    return checkGuid(path, value, "the object id (a GUID) of a user, a group or a service principal", remedy);
}

/** The same place, whose outputs are checked as soon as their values are known. */
export function checkedVault(of: Subject, spec: VaultSpec): VaultSpec {
    if (spec.kind === "vault") return { ...spec, id: checkedValue(of, "vaultId", spec.id, checkVaultId) };
    return spec.kind === "new" ? { ...spec, vault: checkedNewVault(of, "newVault", spec.vault) } : spec;
}

/** The same vault, whose outputs are checked as soon as their values are known. */
export function checkedNewVault(of: Subject, path: string, spec: NewVaultSpec): NewVaultSpec {
    const { location, tags, privateEndpoint, allowedSubnetIds, keyOfficers } = spec;
    const at = (name: string) => `${path}.${name}`;
    const endpoint = checkedPrivateEndpoint(of, at("privateEndpoint"), privateEndpoint, zone);
    return {
        ...spec,
        resourceGroupName: checkedValue(of, at("resourceGroupName"), spec.resourceGroupName, checkGroup),
        ...(location === undefined ? {} : { location: checkedValue(of, at("location"), location, checkRegion) }),
        ...(tags === undefined ? {} : { tags: checkedTags(of, at("tags"), tags) }),
        ...(endpoint === undefined ? {} : { privateEndpoint: endpoint }),
        ...(allowedSubnetIds === undefined
            ? {}
            : {
                  allowedSubnetIds: allowedSubnetIds.map((id, index) =>
                      checkedValue(of, at(`allowedSubnetIds[${index}]`), id, checkSubnetId),
                  ),
              }),
        ...(keyOfficers === undefined
            ? {}
            : {
                  keyOfficers: keyOfficers.map((officer, index) => ({
                      ...officer,
                      principalId: checkedValue(
                          of,
                          at(`keyOfficers[${index}].principalId`),
                          officer.principalId,
                          checkOfficerId,
                      ),
                  })),
              }),
    };
}
