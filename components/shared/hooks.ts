import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";

/**
 * What the names of error hooks end with. The engine keeps the name of a resource's hook in its state, asks the hook
 * also when a deletion fails, and shows the name in place of the cloud's error where the program did not run, or has no
 * hook of that name: so a test pins the names.
 */
const wayOut = 'repeat with "pulumi destroy --run-program", which shows the error of Azure';

const names = new Map<unknown, Set<string>>();

/**
 * An error hook for the resources of a component; none where there are no hooks, as under Pulumi's mocks for unit
 * tests. The callback says whether the engine is to repeat the operation that failed.
 */
export function errorHooks(component: string, purpose: string, callback: pulumi.ErrorHookFunction): pulumi.ErrorHook[] {
    const monitor = monitorWithHooks();
    if (monitor === undefined) return [];
    const name = unusedName(monitor, `confidential-aks ${component}, ${purpose}`);
    return [new pulumi.ErrorHook(`${name}: ${wayOut}`, inContext(callback))];
}

/**
 * A hook that runs around a create or an update, never around a deletion, for which `pulumi destroy` would have to run
 * the program; none where there are no hooks.
 */
export function resourceHooks(
    component: string,
    purpose: string,
    callback: pulumi.ResourceHookFunction,
    opts?: pulumi.ResourceHookOptions,
): pulumi.ResourceHook[] {
    const monitor = monitorWithHooks();
    if (monitor === undefined) return [];
    const name = unusedName(monitor, `confidential-aks ${component}, ${purpose}`);
    return [new pulumi.ResourceHook(name, inContext(callback), opts)];
}

/**
 * A callback that the engine calls from outside of the program. In the component plugin, the SDK finds the engine, and
 * what it can do, by the asynchronous context, so a callback keeps that of the component.
 */
export function inContext<Args, Result>(callback: (args: Args) => Result): (args: Args) => Result {
    return AsyncResource.bind(callback);
}

/** Whether there are hooks: Pulumi's mocks for unit tests take none. */
export const takesHooks = (): boolean => monitorWithHooks() !== undefined;

/** The monitor that resources are registered with, where it takes hooks. */
function monitorWithHooks(): object | undefined {
    const monitor = pulumi.runtime.getMonitor() as { registerErrorHook?: unknown } | undefined;
    return typeof monitor?.registerErrorHook === "function" ? monitor : undefined;
}

/**
 * The engine takes each name once in a program, in which components of the same name may have different parents. The
 * components of a plugin have a monitor each, at one address.
 */
function unusedName(monitor: object, wanted: string): string {
    const address = (monitor as Partial<Client>).getChannel?.().getTarget() ?? monitor;
    const used = names.get(address) ?? new Set();
    names.set(address, used);
    let name = wanted;
    for (let count = 2; used.has(name); count++) name = `${wanted} (${count})`;
    used.add(name);
    return name;
}

/** What a client of gRPC says of its server. */
interface Client {
    getChannel(): { getTarget(): string };
}
