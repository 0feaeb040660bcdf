import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { typeOf } from "../doubles/azure/types.js";
import { keyOf } from "../doubles/kubernetes/api.js";
import { kindOf } from "../doubles/kubernetes/rules.js";
import { waitFor } from "../support/wait.js";
import type { Project } from "./project.js";
import type { State, StateResource } from "./state.js";
import type { World } from "./world.js";

/**
 * What docs/operations.md tells a person to do after an update that was killed: mend the state where it is torn; unlock
 * the stack; remove what was being made, where it is there, since its name is in the state, but the engine does not
 * know that it exists; drop the unfinished creations; update again.
 */
export async function recover(world: World, project: Project, then: "up" | "destroy"): Promise<void> {
    restoreState(project);
    await project.must("cancel", "--yes", "--stack", project.stack);
    const { pending_operations: pending = [] } = await project.state();
    for (const { resource } of pending.filter(({ type }) => type === "creating")) await removeHalfMade(world, resource);
    await project.refresh("--clear-pending-creates");
    await project.update(then).then(({ code, stdout, stderr }) => {
        if (code !== 0) throw new Error(`the ${then} after a kill failed:\n${stdout}\n${stderr}`);
    });
}

/**
 * A file backend keeps a note of each file beside it, and writes both in steps: a kill in between leaves an empty note,
 * which is not needed, or half a state, beside which there is the whole state of one write before.
 */
function restoreState({ stateFile }: Project): void {
    for (const note of [`${stateFile}.attrs`, `${stateFile}.bak.attrs`])
        if (!isWhole(note)) rmSync(note, { force: true });
    if (!isWhole(stateFile)) copyFileSync(`${stateFile}.bak`, stateFile);
}

function isWhole(file: string): boolean {
    try {
        JSON.parse(readFileSync(file, "utf8"));
        return true;
    } catch {
        return false;
    }
}

/** As by `az resource delete` or `kubectl delete`, under the name that the state has. */
async function removeHalfMade({ azure, api }: World, { type, inputs = {} }: StateResource): Promise<void> {
    if (type.startsWith("azure-native:")) {
        await azure.delete(type, typeOf(type).id(inputs));
    } else if (type.startsWith("kubernetes:")) {
        const key = { ...keyOf(inputs), ...kindOf(type) };
        await api.delete(key);
        await waitFor(`${key.kind} ${key.name} to go`, async () => (await api.get(key)) === undefined, { every: 50 });
    }
}

/**
 * What Azure and the cluster have, and what the engine believes they have; equal when nothing is missing, lost or made
 * twice.
 */
export async function bothSides(world: World, { resources = [] }: State) {
    const known = resources.filter(({ custom }) => custom);
    const inState = (prefix: string) => known.filter(({ type }) => type.startsWith(prefix));
    return {
        real: [...world.azure.resources.keys(), ...(await world.objects())].sort(),
        believed: [
            ...inState("azure-native:").map(({ id = "" }) => id.toLowerCase()),
            ...inState("kubernetes:").map(({ type, id = "" }) => `${kindOf(type).kind} ${id}`),
        ].sort(),
    };
}
