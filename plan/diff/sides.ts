import { existsSync, readFileSync, realpathSync } from "node:fs";
import * as path from "node:path";
import { PlanError, UsageError } from "../model/errors.js";
import { messageOf } from "../../terminal/errors.js";
import { readPlan, type Plan } from "../model/format.js";
import { readProject, stackNames, type Project } from "../program/project.js";
import { planInChild } from "../record/child.js";
import type { Revision } from "./format.js";
import { provideDependencies } from "./revision/dependencies.js";
import { checkOut, findCommit, headCommit, openRepository } from "./revision/git.js";

/** Called with what is being done, for a progress line. */
export type Progress = (text: string) => void;

/** One of the two sides of a comparison: what it is, and how to get the plan of a stack. */
export interface Side {
    revision: Revision;
    /** Stacks it has; `any`: a project without stack files takes any, and the stacks of a broken one are unknown. */
    stacks: string[] | "any";
    /** Absent: there are only plans of it, or its Pulumi.yaml cannot be read. */
    project?: Project;
    /** Folder that paths in its messages start with, which has another name on each machine. */
    top: string;
    /** Throws PlanError where the stack cannot be planned. */
    plan(stack: string): Promise<Plan>;
}

/** What the sides of one comparison share. */
export interface Workplace {
    /** Folder of the Pulumi project in the working tree, free of links. */
    root: string;
    /** A folder for what the comparison needs, which is removed after it. */
    scratch: string;
    digestKey: string;
    progress: Progress;
}

/** The files as they are now. */
export async function workingTree({ root, digestKey }: Workplace, isGit: boolean): Promise<Side> {
    const repository = isGit ? await openRepository(root) : undefined;
    const commit = repository === undefined ? undefined : await headCommit(repository);
    return sideOf(root, {
        revision: { name: "working tree", ...(commit === undefined ? {} : { commit }) },
        top: repository?.top ?? root,
        plan: (stack) => planInChild({ program: root, stack, digestKey }),
    });
}

/** A revision in git: checked out into the scratch folder, with the dependencies it locks. */
export async function oldRevision(workplace: Workplace, reference: string, mergeBase: boolean): Promise<Side> {
    const { root, scratch, digestKey, progress } = workplace;
    const repository = await openRepository(root);
    const commit = await findCommit(repository, reference, mergeBase);
    progress(`checking out ${reference}`);
    const top = path.join(scratch, "tree");
    await checkOut(repository, commit, top, path.join(scratch, "index"));
    const program = path.join(top, repository.inside);
    const common = { revision: { name: reference, commit }, top };
    if (!["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(path.join(program, name))))
        return { ...common, stacks: [], plan: () => Promise.reject(new PlanError("it has no such project")) };
    // Once: an error here stops every stack, and is reported for each.
    let provided: Promise<unknown> | undefined;
    return sideOf(program, {
        ...common,
        plan: async (stack) => {
            await (provided ??= provideDependencies(top, repository.top, repository.inside));
            return movedTo(await planInChild({ program, stack, digestKey }), top, repository.top);
        },
    });
}

/** Adds what Pulumi.yaml says. If it cannot be used, no stack can be planned, and each one reports why. */
function sideOf(program: string, side: Omit<Side, "stacks" | "project">): Side {
    try {
        const project = readProject(program);
        const names = stackNames(project);
        return { ...side, project, stacks: names.length === 0 ? "any" : names };
    } catch (error) {
        if (error instanceof UsageError) throw error;
        const broken = error instanceof PlanError ? error : new PlanError(messageOf(error));
        return { ...side, stacks: "any", plan: () => Promise.reject(broken) };
    }
}

/** The plan as if it had been made at another place: a program may put the absolute path of a file into an input. */
function movedTo(plan: Plan, from: string, to: string): Plan {
    const text = JSON.stringify(plan);
    const [old = "", now = ""] = [from, to].map((folder) => JSON.stringify(folder).slice(1, -1));
    return text.includes(old) ? (JSON.parse(text.split(old).join(now)) as Plan) : plan;
}

/** Plans that were saved before. */
export function savedPlans(files: readonly string[], head: Side): Side {
    const plans = new Map<string, Plan>();
    for (const file of files) {
        const plan = readSaved(file);
        if (head.project !== undefined && plan.project !== head.project.name)
            throw new UsageError(
                `--from ${file}: the plan is of project "${plan.project}", this is "${head.project.name}"`,
            );
        if (plans.has(plan.stack)) throw new UsageError(`--from ${file}: a second plan of stack "${plan.stack}"`);
        plans.set(plan.stack, plan);
    }
    return {
        revision: { name: files.map((file) => path.basename(file)).join(", ") },
        stacks: [...plans.keys()],
        top: head.top,
        plan: (stack) => {
            const plan = plans.get(stack);
            return plan === undefined ? Promise.reject(new PlanError("no plan of it")) : Promise.resolve(plan);
        },
    };
}

function readSaved(file: string): Plan {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        throw new UsageError(`--from ${file}: cannot be read (${messageOf(error)})`);
    }
    try {
        return readPlan(text);
    } catch (error) {
        throw new PlanError(`--from ${file}: ${messageOf(error)}`);
    }
}

/** A folder without links in its path, as a program sees it that asks where it is. */
export function realFolder(folder: string): string {
    return existsSync(folder) ? realpathSync(folder) : path.resolve(folder);
}
