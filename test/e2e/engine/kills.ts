import { rmSync, truncateSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CallWatcher } from "../doubles/provider.js";
import { waitFor } from "../support/wait.js";
import { typescriptProgram, type Program } from "./program.js";
import type { Project } from "./project.js";
import { bothSides, recover } from "./recover.js";
import { changes, words } from "./steps.js";
import { startWorld, type World } from "./world.js";

/*
 * The engine dies (SIGKILL) in the middle of an update, at moments drawn at random among all at which a provider is
 * asked for a change or has just made it. Azure and the cluster carry out what they have been asked for. Without
 * KILL_SEED=N every run draws the same moments, so that a failure points to a change and not to chance.
 */
const seed = Number(process.env["KILL_SEED"] ?? 567_124);

/** The same numbers for the same seed, from 0 to 1 (mulberry32). */
function generator(state: number): () => number {
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}

/** Making the stack from nothing, changing it, destroying it. */
export type Phase = "make" | "change" | "destroy";

/**
 * Tests an engine that is killed. `first` phases are gone through undisturbed, and show how many moments there are;
 * then `kills` rounds go through `killed` phases again and again. Several files of one process may call this, so all
 * that is counted and drawn belongs to the call.
 */
export function testKills(
    first: readonly Phase[],
    killed: readonly Phase[],
    kills: number,
    program: () => Program = () => typescriptProgram({ warm: "all" }),
): void {
    const random = generator(seed);
    let world: World;
    let project: Project;
    /** How many moments there are to die at, in each undisturbed phase. */
    const moments: Record<Phase, number> = { make: 0, change: 0, destroy: 0 };
    /** Types and number of what there is after each. */
    const inventory: Partial<Record<Phase, string[]>> = {};
    let changed = 0;

    /**
     * Prepares a phase, and says by which command it is done. A cluster whose pools have changed since the last refresh
     * is not changed itself, as its error says; so there is one before each change.
     */
    async function prepare(phase: Phase): Promise<"up" | "destroy"> {
        if (phase !== "change") return phase === "make" ? "up" : "destroy";
        changed++;
        await project.refresh();
        project.configure((config) => {
            config.tags = { change: String(changed) };
            config.sample = { rerun: String(changed) };
            config.enclavePools = [
                { name: "enclave", vmSize: `Standard_DC${changed % 2 === 0 ? 2 : 4}s_v3`, count: 1 },
            ];
        });
        return "up";
    }

    async function expectTidy(phase: Phase): Promise<void> {
        const state = await project.state();
        const { real, believed } = await bothSides(world, state);
        expect(real).toEqual(believed);
        expect(state.pending_operations ?? []).toEqual([]);
        // Names of their own with a random end differ from time to time.
        const kinds = (state.resources ?? []).map(
            ({ urn, delete: left }) => `${left === true ? "left over: " : ""}${urn}`,
        );
        expect(kinds.sort()).toEqual(inventory[phase] ?? kinds);
        inventory[phase] ??= kinds;
    }

    /** Starts a phase and kills the engine at one of its moments; gives what it was in the middle of. */
    async function killedIn(phase: Phase, moment: number): Promise<string> {
        let [count, running] = [0, 0];
        let what = "";
        const command = await prepare(phase);
        const engine = await project.startUpdate(command);
        const watcher: CallWatcher = (when, call) => {
            running += when === "asked" ? 1 : -1;
            if (count++ !== moment) return;
            what = `${call} ${when}`;
            engine.process.kill("SIGKILL");
        };
        world.watchers.add(watcher);
        const { code, stdout, stderr } = await engine.ended;
        // A provider that has been asked for something goes on.
        await waitFor("what was asked for to be done", () => running === 0, { every: 20 });
        world.watchers.delete(watcher);
        expect(code, `${what}: the engine was to be killed\n${stdout}\n${stderr}`).toBeNull();
        return what;
    }

    beforeAll(async () => {
        console.log(`KILL_SEED=${seed}`);
        // It may install the plugin, and nothing else runs meanwhile.
        const made = program();
        world = await startWorld();
        project = await world.project("dev", made);
    });
    afterAll(() => world.stop());

    describe("an engine that is not killed", () => {
        test.each(first)("%s", async (phase) => {
            const watcher: CallWatcher = () => moments[phase]++;
            const command = await prepare(phase);
            world.watchers.add(watcher);
            if (command === "up") await project.up();
            else await project.destroy();
            world.watchers.delete(watcher);
            await expectTidy(phase);
        });
    });

    describe("an engine that is killed", () => {
        const phases = Array.from({ length: kills }, (_, index) => killed[index % killed.length] ?? "make");
        const times = (wanted: Phase, until = kills) =>
            phases.slice(0, until).filter((phase) => phase === wanted).length;
        const rounds = phases.map((phase, index) => [index + 1, phase] as const);

        test.each(rounds)("%i: in the middle of %s, and again to the same end", async (round, phase) => {
            // Every round of a phase has a part of its moments, so that none is met twice and none is far from all.
            const part = (times(phase, round - 1) + random()) / times(phase);
            const moment = Math.floor(part * moments[phase]);
            console.log(`moment ${moment} of ${moments[phase]}: ${await killedIn(phase, moment)}`);
            await recover(world, project, phase === "destroy" ? "destroy" : "up");
            await expectTidy(phase);
        });

        test("leaves a stack in which there is nothing left to do, and which can be destroyed even if its state is torn", async () => {
            expect(words(changes(await project.preview()))).toEqual([]);
            // Moments too short to be met at will: the engine is killed as it writes the note beside the state, or the
            // state.
            for (const file of [`${project.stateFile}.attrs`, project.stateFile]) {
                truncateSync(file);
                const { stdout, stderr } = await project.run("preview", "--stack", "dev");
                expect(stdout + stderr).toContain("failed to load checkpoint");
                if (file !== project.stateFile) rmSync(file);
            }
            await recover(world, project, "destroy");
            expect(world.azureResources()).toEqual([]);
        });
    });
}
