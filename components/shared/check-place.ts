import {
    invalid,
    isLate,
    isPlainObject,
    joinPaths,
    matches,
    propertyPath,
    required,
    when,
    type Problem,
} from "../problems";

/*
 * The form of Azure's names and ids, whose mistakes Azure would only report after minutes. An output passes: its value
 * is checked by the same functions as soon as it is known.
 */

/** A problem unless `value` is a string that matches; absent is fine, and so is an output. */
export function checkForm(path: string, value: unknown, pattern: RegExp, expected: string, remedy: string): Problem[] {
    return isLate(value) ? [] : matches(path, value, pattern, expected, remedy);
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A problem unless `value` is a GUID, which stands for `what`. */
export function checkGuid(path: string, value: unknown, what: string, remedy: string): Problem[] {
    return checkForm(path, value, guid, what, remedy);
}

/** The form of a region's name or title. */
export function checkRegion(path: string, value: unknown): Problem[] {
    const expected = "an Azure region, such as westeurope";
    const remedy = "az account list-locations --query [].name prints their names";
    return checkForm(path, value, /^[A-Za-z][A-Za-z0-9]*( [A-Za-z0-9]+)*$/, expected, remedy);
}

export function checkResourceGroupName(path: string, value: unknown): Problem[] {
    const expected = "1-90 letters, digits, dashes, underscores, dots and parentheses, without a dot at the end";
    return checkForm(path, value, /^[-\w().]{0,89}[-\w()]$/, expected, "use the group's name, not its id");
}

/** A resource group that has to be named. */
export function requiredResourceGroup(path: string, value: unknown, expected: string): Problem[] {
    const absent = required(path, value, expected, "name it");
    return absent.length > 0 ? absent : checkResourceGroupName(path, value);
}

/** Tags: each name, and the text of each value. */
export function checkTags(path: string, tags: unknown): Problem[] {
    if (tags === undefined || isLate(tags)) return [];
    if (!isPlainObject(tags)) return [invalid(path, tags, "names of tags and their values", noTags)];
    return Object.entries(tags).flatMap(([name, value]) => checkTag(path, name, value));
}

const noTags = 'write them as in { team: "payments" }';

/** One tag (https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations). */
export function checkTag(path: string, name: string, value: unknown): Problem[] {
    const own = joinPaths(path, propertyPath(name));
    const isText = typeof value === "string" && value.length <= 256;
    return [
        ...matches(own, name, /^[^<>%&\\?/]{1,512}$/, "a tag name without < > % & \\ ? /", "rename it"),
        ...when(
            !isText && !isLate(value),
            invalid(own, value, "text of at most 256 characters", "write one text in quotes"),
        ),
    ];
}

/** A problem unless `value` is the principal id of an identity; absent is fine. */
export function checkPrincipalId(path: string, value: unknown): Problem[] {
    const remedy = "copy the principal id (also called object id), not the client id and not the resource id";
    return checkGuid(path, value, "the principal id (a GUID) of an identity", remedy);
}

/** The resource id of something of a type, such as `Microsoft.Network/natGateways`. */
export function checkResourceId(path: string, value: unknown, type: string, what: string): Problem[] {
    const whole = new RegExp(
        `^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${type.replace(".", "\\.")}/[^/]+$`,
        "i",
    );
    const expected = `the resource id of ${what} (/subscriptions/…/providers/${type}/NAME)`;
    return checkForm(path, value, whole, expected, "copy the id of the resource, not its name");
}
