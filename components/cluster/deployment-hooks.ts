import { getDeployment } from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { errorHooks } from "../shared/hooks";
import { busy, repeatedWhile } from "./settle";

/**
 * The hook of a deployment of a template. Azure's error says only that it failed: the reason is in the deployment, and
 * shown from there. An update is repeated while AKS is busy. (A deployment that failed when it was made is there, and
 * azure-native makes none twice; the next `pulumi up` updates it.)
 */
export function deploymentHooks(name: string, parent: pulumi.Resource): pulumi.ResourceHookBinding {
    const repeated = repeatedWhile(
        [{ ...busy, matches: (error) => /EtagMismatch|in[- ]progress/i.test(error) }],
        parent,
    );
    return {
        onError: errorHooks(name, "deployment", async (failure) => {
            const { resourceGroupName, deploymentName } = failure.newInputs ?? {};
            if (failure.failedOperation === "delete" || typeof deploymentName !== "string") return false;
            const place = { resourceGroupName: String(resourceGroupName), deploymentName };
            const reasons = await getDeployment(place, { parent }).then(
                ({ properties }) => reasonsOf(properties.error),
                () => [],
            );
            if (reasons.length === 0) return false;
            if (failure.failedOperation === "update" && (await repeated({ ...failure, errors: reasons }))) return true;
            // Awaited: the engine ends when the hook has answered.
            await pulumi.log.error(`${deploymentName}: ${reasons.join("; ")}`, parent);
            return false;
        }),
    };
}

interface ArmError {
    code?: string | null;
    message?: string | null;
    details?: ArmError[] | null;
}

/** The innermost errors, which have the reasons, in the form of azure-native's own. */
function reasonsOf(error: ArmError | null | undefined): string[] {
    if (!error) return [];
    const details = error.details ?? [];
    if (details.length > 0) return details.flatMap(reasonsOf);
    return [`Code="${error.code ?? ""}" Message="${error.message ?? ""}"`];
}
