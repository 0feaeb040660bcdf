import { invalid, isLate, required, when, type Problem } from "../problems";

/** The form of an id of Azure. */
interface IdForm {
    pattern: RegExp;
    expected: string;
}

const group = "^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network";

const subnetId: IdForm = {
    pattern: new RegExp(`${group}/virtualNetworks/[^/]+/subnets/[^/]+$`, "i"),
    expected: "the id of a subnet, /subscriptions/.../virtualNetworks/<network>/subnets/<subnet>",
};

/** The form of the id of a private DNS zone that has one of these names. The first is the example of messages. */
export function zoneForm(names: readonly string[]): IdForm {
    const alternatives = names.map((name) => name.replaceAll(".", "\\.")).join("|");
    return {
        pattern: new RegExp(`${group}/privateDnsZones/(${alternatives})$`, "i"),
        expected: `the id of a private DNS zone, /subscriptions/.../privateDnsZones/${names[0] ?? ""}`,
    };
}

/** A problem unless the value is the id of a subnet. An output is checked when its value is known. */
export function checkSubnetId(path: string, value: unknown): Problem[] {
    return checkId(path, value, subnetId);
}

/** The same for one that may be absent. */
export function checkOptionalSubnetId(path: string, value: unknown): Problem[] {
    return value === undefined ? [] : checkSubnetId(path, value);
}

/** A problem unless the value is an id of that form. */
export function checkId(path: string, value: unknown, { pattern, expected }: IdForm): Problem[] {
    if (isLate(value)) return [];
    return [
        ...required(path, value, expected, "name it"),
        ...when(
            value !== undefined &&
                value !== null &&
                value !== "" &&
                !(typeof value === "string" && pattern.test(value)),
            invalid(path, value, expected, "copy the id from the portal, or from az resource show --query id"),
        ),
    ];
}
