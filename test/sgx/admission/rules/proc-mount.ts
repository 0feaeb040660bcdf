import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { secured } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "an unmasked /proc": pod({ app: { securityContext: { procMount: "Unmasked" } }, spec: { hostUsers: false } }),
    },
    passes: {
        "a masked /proc": secured({ procMount: "Default" }),
    },
};
