import { invalid, isLate, joinPaths, missing, type Problem } from "../../problems";
import { fieldsOf, isFields, podSpecsOf, type Fields, type FoundPodSpec } from "../pod-spec";

/** The pod specs of a workload that can be changed in place, or why none was found. */
export function changeablePodSpecs(workload: object, caller: string): { found: FoundPodSpec[]; problems: Problem[] } {
    const all = podSpecsOf(workload);
    const found = all.filter(({ assembled }) => !assembled);
    if (found.length > 0) return { found, problems: [] };
    return {
        found,
        problems: [workflowProblem(all, caller) ?? sparkProblem(workload, caller) ?? noneFound(workload, caller)],
    };
}

/** Argo's Workflow and its relatives have pods, in a form of their own. */
function workflowProblem([first]: readonly FoundPodSpec[], caller: string): Problem | undefined {
    if (first?.template === undefined) return undefined;
    const form = ["container", "script", "containerSet"].find((key) => first.template?.[key] !== undefined) ?? "";
    const containers = form === "containerSet" ? "t.containerSet.containers" : `[t.${form}]`;
    const back = form === "containerSet" ? "containers into t.containerSet" : `containers[0] as t.${form}`;
    const expected = "a list `containers`: a template of Argo's Workflow keeps its containers in another form";
    const remedy =
        `for each template t that runs enclaves, call ${caller} with { containers: ${containers}, initContainers: t.initContainers, ` +
        `volumes: t.volumes, tolerations: t.tolerations }, and put what it returns back into t: ${back}, and the three lists`;
    return invalid(`${first.path}.${form}`, first.template[form], expected, remedy);
}

/** Spark's operator makes the pods of driver and executor, from a template where there is one. */
function sparkProblem(workload: object, caller: string): Problem | undefined {
    if (!isFields(workload)) return undefined;
    const spec = fieldsOf(workload, "spec");
    const scheduled = fieldsOf(spec, "template");
    const [application, path] = isSpark(spec) ? [spec, "spec"] : [scheduled, "spec.template"];
    if (!isSpark(application)) return undefined;
    const role = isFields(application.executor) ? "executor" : "driver";
    const expected =
        "a pod template: Spark's operator makes the pods, and only a template can ask for resources of SGX";
    const remedy =
        `add template: { spec: { containers: [{ name: "spark-kubernetes-${role}", resources: { limits: … } }] } } to driver or executor, whichever runs ` +
        `enclaves, and call ${caller} again (waitImage: the image of the application); without the operator, call it with the ` +
        `pod in the file that spark.kubernetes.${role}.podTemplateFile names`;
    return missing(`${path}.${role}.template`, expected, remedy, fieldsOf(application, role).template);
}

function isSpark(spec: Fields): boolean {
    return (
        (isFields(spec.driver) || isFields(spec.executor)) && ("sparkVersion" in spec || "mainApplicationFile" in spec)
    );
}

function noneFound(workload: object, caller: string): Problem {
    const hidden = hiddenIn(workload, "");
    const expected = "a pod spec, or a workload that contains one, known now";
    if (hidden !== undefined) {
        const remedy = insteadOf(hidden.value, caller);
        return { ...invalid(hidden.path, hidden.value, expected, remedy), remedy };
    }
    const shape = `${expected}: an object with a list \`containers\`, itself or under a key \`spec\``;
    const remedy =
        "pass the manifest or the resource arguments that contain it, or, where a kind keeps its pods elsewhere, the pod spec by itself";
    return missing("containers", shape, remedy);
}

/** The first value on the way to a pod spec that is not known now. */
function hiddenIn(value: unknown, path: string): { path: string; value: unknown } | undefined {
    if (isLate(value)) return { path: path === "" ? "the workload" : path, value };
    if (!isFields(value)) return undefined;
    for (const key of ["spec", "template", "jobTemplate"]) {
        const found = hiddenIn(value[key], joinPaths(path, key));
        if (found !== undefined) return found;
    }
    return undefined;
}

/** What to do about a value in the place of a list or an object, by the value that is there. */
export function insteadOf(value: unknown, caller: string): string {
    const { __pulumiUnknown: isUnknown } = (value ?? {}) as { __pulumiUnknown?: unknown };
    return isUnknown === true
        ? `it depends on what is known only once the update runs: call ${caller} where the workload is written, or let the transform return undefined while it is unknown`
        : `give the value itself (Outputs may stand for values inside), or call ${caller} inside apply: pulumi.output(workload).apply((known) => ${caller}(known, mode))`;
}
