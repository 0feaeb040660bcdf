import type { CheckResult } from "@pulumi/pulumi/provider/index.js";
import { exportableKey } from "./exportable-key";
import { secretsIn, type OwnResource, type Properties } from "./resource";
import { stopWaiting } from "./role-spread";
import { sgxPolicy } from "./sgx-policy";
import { forResource } from "./tell";

const resources: Readonly<Record<string, OwnResource>> = {
    "confidential-aks:index:ExportableKey": exportableKey,
    "confidential-aks:index:SgxPolicy": sgxPolicy,
};

/** The resource of a URN, `urn:pulumi:stack::project::parent$type::name`. */
function resourceOf(urn: string): OwnResource {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const resource = resources[type];
    if (resource === undefined)
        throw new Error(`there is no resource ${type}; there are ${Object.keys(resources).join(", ")}`);
    return resource;
}

/** The part of a provider that makes, changes and reads resources. */
export const ownResources = {
    check: (urn: string, inputs: Properties): CheckResult => {
        const failures = secretsIn(inputs).map((property) => ({
            property,
            reason: "it is a secret, and the state would have it in plain text. It needs no protection: pass it without pulumi.secret, or through pulumi.unsecret",
        }));
        return failures.length > 0 ? { inputs, failures } : resourceOf(urn).check(inputs);
    },
    diff: (urn: string, state: Properties, inputs: Properties) => resourceOf(urn).diff(state, inputs),
    create: (urn: string, inputs: Properties) => done(urn, (resource) => resource.create(inputs)),
    read: (urn: string, id: string, state: Properties) => done(urn, (resource) => resource.read(id, state)),
    update: (urn: string, id: string, state: Properties, inputs: Properties) =>
        done(urn, (resource) => resource.update(id, state, inputs)),
    delete: (urn: string, id: string, state: Properties) => done(urn, (resource) => resource.delete(id, state)),
    cancel: stopWaiting,
};

/** The SDK's server prints the stack of an error, which says nothing to a reader. */
async function done<T>(urn: string, work: (resource: OwnResource) => Promise<T>): Promise<T> {
    try {
        return await forResource(urn, () => work(resourceOf(urn)));
    } catch (error) {
        if (error instanceof Error) error.stack = "";
        throw error;
    }
}
