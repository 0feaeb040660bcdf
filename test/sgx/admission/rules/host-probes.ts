import { pod } from "../../../e2e/policies/pods";
import type { Fixtures } from "../fixtures";
import { elsewhereProbed } from "../shapes";

export const fixtures: Fixtures = {
    refused: {
        "a probe of another host": pod({ app: { livenessProbe: elsewhereProbed } }),
        "a readiness probe of the node": pod({
            app: { readinessProbe: { tcpSocket: { port: 22, host: "127.0.0.1" } } },
        }),
        "a start-up probe of another host": pod({ app: { startupProbe: elsewhereProbed } }),
        "a hook that asks another host": pod({ app: { lifecycle: { preStop: elsewhereProbed } } }),
        "a hook that asks Azure's metadata": pod({
            app: { lifecycle: { postStart: { httpGet: { port: 80, host: "169.254.169.254" } } } },
        }),
    },
    passes: {
        "a probe of itself": pod({ app: { livenessProbe: { httpGet: { port: 80 } } } }),
        "a probe of no host": pod({ app: { readinessProbe: { tcpSocket: { port: 80, host: "" } } } }),
    },
};
