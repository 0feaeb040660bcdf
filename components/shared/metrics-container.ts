import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { metricsPort, metricsPortName } from "../sgx";
import { hardenedAs } from "./objects";

/** `/metrics`, `/healthz`, and `/readyz` of the server. */
type ReadyPath = "/healthz" | "/readyz";

/**
 * A container that serves files to Prometheus (images/quote-helper/metrics.pl): it has no socket, no device and no
 * root. Volumes are the caller's. `options` come before the files.
 */
export function metricsContainer(
    image: pulumi.Input<string>,
    server: string,
    files: readonly string[],
    { options = [], ready = "/healthz" }: { options?: readonly string[]; ready?: ReadyPath } = {},
): inputs.core.v1.Container {
    const get = (path: ReadyPath) => ({
        httpGet: { path, port: metricsPortName },
        periodSeconds: 20,
        timeoutSeconds: 5,
    });
    return {
        name: "metrics",
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["perl", server, String(metricsPort), ...options, ...files],
        ports: [{ name: metricsPortName, containerPort: metricsPort }],
        resources: { requests: { cpu: "5m", memory: "16Mi" }, limits: { cpu: "100m", memory: "16Mi" } },
        securityContext: hardenedAs(65_534),
        readinessProbe: get(ready),
        livenessProbe: { ...get("/healthz"), failureThreshold: 3 },
    };
}
