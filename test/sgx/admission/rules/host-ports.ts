import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { helper } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "a port of the node": pod({ app: { ports: [{ containerPort: 80, hostPort: 80 }] } }),
        "a port of the node on one address": pod({
            app: { ports: [{ containerPort: 80, hostPort: 8080, hostIP: "127.0.0.1" }] },
        }),
        "a port of the node after one without": pod({
            app: { ports: [{ containerPort: 80 }, { containerPort: 443, hostPort: 443 }] },
        }),
        "a port of the node in a sidecar": pod({
            initContainers: [helper({ restartPolicy: "Always", ports: [{ containerPort: 1, hostPort: 1 }] })],
        }),
    },
    passes: {
        "a port of its own": pod({ app: { ports: [{ containerPort: 443 }] } }),
    },
};
