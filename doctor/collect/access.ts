import type { Api } from "./api/api.js";
import { ApiError } from "./api/errors.js";
import { under } from "./keep/shape.js";
import type { Right } from "./rights.js";

/** Whether the user of the kubeconfig may do something: everywhere, or in a namespace. */
export async function isAllowed(api: Api, right: Right, namespace?: string): Promise<boolean> {
    const { verb, group, resource, name } = right;
    const [plural, subresource] = resource.split("/");
    const resourceAttributes = {
        verb,
        group,
        resource: plural,
        ...(subresource === undefined ? {} : { subresource }),
        ...(name === undefined ? {} : { name }),
        ...(namespace === undefined ? {} : { namespace }),
    };
    try {
        const review = await api.review("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SelfSubjectAccessReview",
            spec: { resourceAttributes },
        });
        return under(review, "status").allowed === true;
    } catch (error) {
        // An API server that does not answer the question answers the request itself.
        if (error instanceof ApiError) return true;
        throw error;
    }
}
