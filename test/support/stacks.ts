import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { ConfidentialPlatform } from "../../components";
import { toPlatformArgs } from "../../config/read";
import { construct, type Constructed, type Mode } from "./construct";

/** The stacks that ship with the project. */
export const stacks = ["dcsv2", "dev", "prod", "existing"] as const;
export type StackName = (typeof stacks)[number];

/** A file of this repository; tests run in its root. */
export function repositoryFile(path: string): string {
    return resolve(path);
}

/** Arguments of the platform in a stack, with some values of its configuration changed. */
export function stackArgs(stack: StackName, change: Record<string, unknown> = {}) {
    const file = parse(readFileSync(repositoryFile(`stacks/Pulumi.${stack}.yaml`), "utf8")) as {
        config: Record<string, unknown>;
    };
    const changed = Object.entries(change).map(([key, value]) => [`confidential-aks:${key}`, value] as const);
    const merged = { ...file.config, ...Object.fromEntries(changed) };
    const values = Object.entries(merged).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return toPlatformArgs(stack, "confidential-aks", {
        values: Object.fromEntries(values) as Record<string, string>,
        isSecret: () => false,
    });
}

/** All that the platform of a stack registers. */
export function constructStack(stack: StackName, mode: Mode, change?: Record<string, unknown>): Promise<Constructed[]> {
    return construct(mode, () => new ConfidentialPlatform("confidential-aks", stackArgs(stack, change)));
}

/** The Kubernetes objects among resources. */
export function kubernetesObjects(resources: Constructed[]): Constructed[] {
    return resources.filter(({ type }) => type.startsWith("kubernetes:"));
}
