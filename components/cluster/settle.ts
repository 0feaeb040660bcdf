import { getManagedCluster } from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { errorHooks, resourceHooks } from "../shared/hooks";
import { inWords, pace, sleep } from "../shared/pace";
import { showProgress } from "../shared/progress";
import type { Right } from "./rights";

/** Why Azure refuses an operation at once, for a while. */
interface Refusal {
    matches(error: string): boolean;
    every: number;
    limit: number;
    waiting: string;
    /** What to say when the time is up. */
    givenUp(): Promise<string>;
}

/**
 * AKS runs one operation at a time on a cluster, also those that it starts itself, such as after the creation. Only
 * refusals of the request itself have this form: azure-native shows an operation that failed later in another one.
 * (What else has the code `OperationNotAllowed`, such as an upgrade that leaves out a version, says nothing of another
 * operation.)
 */
export function isBusy(error: string): boolean {
    if (!/Status=409\b/.test(error)) return false;
    return /EtagMismatch|in[- ]progress/i.test(error);
}

/** AKS refuses a cluster whose identity has no right to a resource of the user; so it does while the role spreads. */
export function lacksRight(error: string): boolean {
    return /Status=4\d\d\b/.test(error) && /MissingPermission|ValidateIdentityPermission/.test(error);
}

export const busy: Refusal = {
    matches: isBusy,
    ...pace.busy,
    waiting: "AKS is busy with an operation of its own",
    givenUp: () =>
        Promise.resolve(
            `AKS was busy for ${inWords(pace.busy.limit)}. What to do: see what it does ` +
                "(https://aka.ms/aks-pending-operation), and run the update again",
        ),
};

/** The hooks of a cluster: its creation is repeated until its identity's roles work, and ends when AKS is at rest. */
export function clusterHooks(
    name: string,
    identityId: pulumi.Input<string>,
    rights: readonly Right[],
    parent: pulumi.Resource,
): pulumi.ResourceHookBinding {
    const refusals = rights.length === 0 ? [busy] : [spreading(identityId, rights), busy];
    return {
        onError: errorHooks(name, "cluster", repeatedWhile(refusals, parent)),
        afterCreate: resourceHooks(name, "settled", ({ newOutputs, newInputs }) => {
            const resourceGroupName = String(newInputs?.resourceGroupName);
            const cluster = { resourceGroupName, resourceName: String(newOutputs?.name) };
            return settled(
                async () => (await getManagedCluster(cluster, { parent })).provisioningState,
                (text) => {
                    showProgress(text, parent);
                },
            );
        }),
    };
}

/** The hooks of whatever changes a cluster that exists, such as a pool: repeated while AKS is busy. */
export function busyHooks(name: string, purpose: string, parent: pulumi.Resource): pulumi.ResourceHookBinding {
    return { onError: errorHooks(name, purpose, repeatedWhile([busy], parent)) };
}

function spreading(identityId: pulumi.Input<string>, rights: readonly Right[]): Refusal {
    return {
        matches: lacksRight,
        ...pace.role,
        waiting: "a role of the cluster's identity does not work yet, which Azure may take up to 60 minutes for",
        givenUp: async () => {
            const [identity, ...scopes] = await Promise.all(
                [identityId, ...rights.map(({ scope }) => scope)].map(valueOf),
            );
            const needed = rights.map(({ role }, index) => `"${role.description}" on ${scopes[index] ?? ""}`);
            return (
                `Azure refused the cluster for ${inWords(pace.role.limit)}, because a role of its identity ${identity} ` +
                `does not work: ${needed.join("; ")}. What to do: see whether the role assignment is there ` +
                "(az role assignment list --all --assignee) and whether a deny assignment or a policy is in its way; " +
                "then run the update again"
            );
        },
    };
}

function valueOf(input: pulumi.Input<string>): Promise<string> {
    return new Promise((done) => pulumi.output(input).apply(done));
}

/** Lets the engine repeat an operation as long as it is refused for one of these reasons. */
export function repeatedWhile(refusals: readonly Refusal[], parent: pulumi.Resource): pulumi.ErrorHookFunction {
    const began = new Map<string, number>();
    return async ({ urn, name, failedOperation, errors }) => {
        const refusal = refusals.find((known) => known.matches(errors[0] ?? ""));
        if (refusal === undefined) return false;
        const key = `${failedOperation} ${refusal.waiting} ${urn}`;
        const start = began.get(key) ?? Date.now();
        began.set(key, start);
        const seconds = (Date.now() - start) / pace.second;
        if (seconds + refusal.every > refusal.limit) {
            await pulumi.log.error(`${name}: ${await refusal.givenUp()}`, parent);
            return false;
        }
        const text = `${name}: ${refusal.waiting}; after ${inWords(seconds)}, trying again in ${inWords(refusal.every)}`;
        showProgress(text, parent);
        await sleep(refusal.every);
        return true;
    };
}

/**
 * Waits until a cluster has said several times in a row that nothing is going on: AKS starts operations of its own
 * after it has reported the creation as done, and refuses pools meanwhile. What still comes later is repeated.
 */
export async function settled(look: () => Promise<string>, report: (text: string) => void): Promise<void> {
    const { every, times, limit } = pace.settled;
    for (let seconds = 0, inARow = 0; seconds < limit; seconds += every) {
        // A question that fails would fail the update, whose cluster is made.
        const state = await look().catch(() => "Azure does not answer");
        inARow = state === "Succeeded" ? inARow + 1 : 0;
        if (inARow === times) return;
        report(`the cluster is made, AKS completes it: ${state}`);
        await sleep(every);
    }
}
