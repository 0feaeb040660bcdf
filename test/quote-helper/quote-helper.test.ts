import { describe, expect, test } from "vitest";
import { SgxQuoteHelper } from "../../components";
import { construct, one } from "../support/construct";
import { failureOf } from "../support/failure";
import { podSpecOf, type PodSpec } from "../support/pods";

describe("the quote helper", () => {
    const args = { image: "r.example/aesm:1" };
    const make = (more = {}) => construct("preview", () => new SgxQuoteHelper("aesm", { ...args, ...more }));
    const pod = async (more = {}) => podSpecOf(one(await make(more), "DaemonSet"));

    test("holds both devices and EPC for the quoting enclaves, requests and limits alike", async () => {
        const { resources } = (await pod()).containers[0]!;
        const sgx = { "sgx.intel.com/epc": "2Mi", "sgx.intel.com/enclave": "1", "sgx.intel.com/provision": "1" };
        expect(resources.limits).toMatchObject(sgx);
        expect(resources.requests).toMatchObject(sgx);
    });

    /** Volumes that a container can write, and where. */
    const writes = (spec: PodSpec, name: string) => {
        const { volumeMounts } = spec.containers.find((container) => container.name === name)!;
        const writable = volumeMounts.filter(({ readOnly }) => readOnly !== true);
        return Object.fromEntries(writable.map((mount) => [mount.name, mount.mountPath]));
    };

    test("writes to the node's socket directory by its proxy alone: AESM's own socket stays in the pod", async () => {
        const spec = await pod();
        expect(spec.volumes).toContainEqual({
            name: "aesm-socket",
            hostPath: { path: "/var/run/aesmd", type: "DirectoryOrCreate" },
        });
        expect(spec.volumes).toContainEqual({ name: "aesm-own-socket", emptyDir: { sizeLimit: "1Mi" } });
        expect(writes(spec, "aesm")).toEqual({
            "aesm-own-socket": "/var/run/aesmd",
            metrics: "/var/run/sgx-metrics",
            state: "/var/opt/aesmd",
            tmp: "/tmp",
        });
        expect(writes(spec, "proxy")).toEqual({
            "aesm-socket": "/var/run/aesmd",
            metrics: "/var/run/sgx-metrics",
            "proxy-notes": "/tmp",
        });
    });

    test("gives the proxy no device, no EPC and no capability", async () => {
        const { resources, securityContext } = (await pod()).containers.find(({ name }) => name === "proxy")!;
        expect(JSON.stringify(resources)).not.toContain("sgx.intel.com");
        expect(securityContext).toMatchObject({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            privileged: false,
            readOnlyRootFilesystem: true,
        });
    });

    test("gives the server of metrics no socket, no device, no root, and no file to write", async () => {
        const spec = await pod();
        const server = spec.containers.find(({ name }) => name === "metrics")!;
        expect(JSON.stringify(server.resources)).not.toContain("sgx.intel.com");
        expect(server.securityContext).toMatchObject({
            runAsNonRoot: true,
            runAsUser: 65_534,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
        });
        expect(writes(spec, "metrics")).toEqual({});
        expect(server.volumeMounts.map(({ name }) => name)).toEqual(["config", "metrics"]);
        expect(server["ports"]).toEqual([{ name: "metrics", containerPort: 9464 }]);
    });

    test("serves what AESM's probes and the proxy write", async () => {
        const { containers } = await pod();
        const commandOf = (container: string) => containers.find(({ name }) => name === container)!.command!;
        const served = commandOf("metrics").filter((word) => word.startsWith("/var/run/"));
        const probe = await probesOf("aesm");
        expect(served).toEqual([probe("readinessProbe").exec.command.at(-1), commandOf("proxy").at(-1)]);
        expect(probe("startupProbe").exec.command.at(-1)).toBe(served[0]);
        expect(probe("livenessProbe").exec.command).not.toContain(served[0]);
    });

    test("has no metrics on request", async () => {
        const resources = await make({ metrics: false });
        expect(JSON.stringify(one(resources, "DaemonSet").inputs)).not.toContain("metrics");
        expect(one(resources, "ConfigMap").inputs.data).not.toHaveProperty("metrics.pl");
        expect(one(resources, "NetworkPolicy").inputs.spec).not.toHaveProperty("ingress");
        const command = podSpecOf(one(resources, "DaemonSet")).containers.find(({ name }) => name === "proxy")!.command;
        expect(command?.at(-1)).toBe("/tmp/answered");
    });

    interface Rollout {
        type: string;
        rollingUpdate?: object;
    }
    test.each([
        ["ready", "RollingUpdate", "/healthz"],
        ["proven", "RollingUpdate", "/readyz"],
        ["onDelete", "OnDelete", "/healthz"],
    ])("updates %s", async (rollout, type, path) => {
        const daemonSet = one(await make({ rollout }), "DaemonSet");
        const { updateStrategy } = (daemonSet.inputs as { spec: { updateStrategy: Rollout } }).spec;
        expect(updateStrategy.type).toBe(type);
        const server = podSpecOf(daemonSet).containers.find(({ name }) => name === "metrics")!;
        expect(server["readinessProbe"]).toMatchObject({ httpGet: { path } });
        expect(server["livenessProbe"]).toMatchObject({ httpGet: { path: "/healthz" } });
    });

    test("needs metrics and proxy to see a quote made", () => {
        const off = { rollout: "proven", metrics: false, socketProxy: false } as const;
        const failure = failureOf(() => new SgxQuoteHelper("aesm", { ...args, ...off }));
        expect(failure.problems.map(({ path }) => path)).toEqual(["metrics", "socketProxy"]);
    });

    test("takes true and false for the proxy, and no text, which would count as true", () => {
        for (const socketProxy of ["false", "true", 0, null]) {
            const failure = failureOf(() => new SgxQuoteHelper("aesm", { ...args, socketProxy: socketProxy as never }));
            expect(failure.problems.map(({ path }) => path)).toEqual(["socketProxy"]);
        }
    });

    test("runs AESM without a proxy on request", async () => {
        const resources = await make({ socketProxy: false });
        const spec = podSpecOf(one(resources, "DaemonSet"));
        expect(spec.containers.map(({ name }) => name)).toEqual(["aesm", "metrics"]);
        expect(writes(spec, "aesm")).toMatchObject({ "aesm-socket": "/var/run/aesmd" });
        const data = Object.keys(one(resources, "ConfigMap").inputs.data as object);
        expect(data.filter((file) => file.endsWith(".pl") || file.endsWith(".pm"))).toEqual([
            "aesm-probe.pl",
            "metrics.pl",
        ]);
        expect(JSON.stringify(spec)).not.toContain("answered");
    });

    interface Probe {
        exec: { command: string[] };
        timeoutSeconds: number;
        periodSeconds: number;
        failureThreshold: number;
    }
    const probesOf = async (container: string) => {
        const found = (await pod()).containers.find(({ name }) => name === container)!;
        return (name: string) => found[name] as Probe;
    };

    test("asks AESM itself in all its probes: whether it can quote for start-up and readiness, whether it lives for liveness", async () => {
        const probe = await probesOf("aesm");
        const questions = { startupProbe: "ready", readinessProbe: "ready", livenessProbe: "alive" };
        for (const [name, question] of Object.entries(questions)) {
            const { exec, timeoutSeconds } = probe(name);
            const [perl, script, socket, seconds, asked, notes] = exec.command;
            expect([perl, script, socket, asked, notes]).toEqual([
                "perl",
                "/etc/confidential-aks/aesm-probe.pl",
                "/var/run/aesmd/aesm.socket",
                question,
                "/tmp/aesm-waiting-since",
            ]);
            // The script ends by itself, with what it saw, before the kubelet ends it.
            expect(timeoutSeconds).toBeGreaterThan(Number(seconds));
        }
    });

    test("restarts AESM when it is stuck for longer than its library takes to give up, and before it runs out of descriptors", async () => {
        const probe = await probesOf("aesm");
        const stuck = Number(probe("livenessProbe").exec.command.at(-1));
        // Measured: 655 s for the first of two addresses whose packets are dropped.
        const slowest = 2 * 655;
        expect(stuck).toBeGreaterThan(slowest);
        // A probe that waits asks once a minute. Each question that is not answered holds 4 of 1,024 descriptors, and
        // the proxy, behind whose 8 quotes they wait, has 12 at most.
        expect(4 * ((8 * slowest) / 60 + 12)).toBeLessThan(900);
    });

    test("has time to end in for as long as Intel's client waits for a quote", async () => {
        expect((await pod()) as unknown as { terminationGracePeriodSeconds: number }).toMatchObject({
            terminationGracePeriodSeconds: 20,
        });
    });

    test("restarts the proxy for itself, not for AESM", async () => {
        const probe = await probesOf("proxy");
        expect(probe("livenessProbe").exec.command.join(" ")).not.toContain("socket");
        expect(probe("readinessProbe").exec.command).toContain("alive");
        const data = one(await make(), "ConfigMap").inputs.data as Record<string, string>;
        expect(data["aesm-proxy.pl"]).toContain("Stands between the pods of a node and its AESM");
        expect(data["Message.pm"]).toContain("package Message;");
    });

    test("lets AESM's probes read what the proxy notes, and not write it", async () => {
        const { containers } = await pod();
        const [aesm, proxy] = containers;
        const note = (aesm!["livenessProbe"] as Probe).exec.command.at(-2)!;
        const mount = aesm!.volumeMounts.find(({ name }) => name === "proxy-notes")!;
        expect(mount.readOnly).toBe(true);
        const inProxy = proxy!.volumeMounts.find(({ name }) => name === "proxy-notes")!;
        expect(proxy!.command).toContain(note.replace(mount.mountPath, inProxy.mountPath));
    });

    test("starts AESM so that it ends when its quoting enclaves do not load", async () => {
        const [container] = (await pod()).containers;
        expect(container?.command).toContain("--supported_attestation_types=ECDSA");
        expect(container?.command).toContain("--no-daemon");
    });

    test("never runs twice on one node during an update", async () => {
        const { spec } = one(await make(), "DaemonSet").inputs as { spec: { updateStrategy: unknown } };
        expect(spec.updateStrategy).toEqual({
            type: "RollingUpdate",
            rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
        });
    });

    test("rolls when its configuration changes: another object, whose name the pods mount", async () => {
        const names: string[] = [];
        for (const more of [{}, { logLevel: "info" }]) {
            const volume = (await pod(more)).volumes.find(({ name }) => name === "config");
            names.push((volume as unknown as { configMap: { name: string } }).configMap.name);
        }
        expect(names[0]).toMatch(/^aesm-config-/);
        expect(names[0]).not.toBe(names[1]);
    });

    test("uses one version of the collateral API everywhere", async () => {
        const resources = await make({ collateralVersion: "v3" });
        const data = JSON.stringify(one(resources, "ConfigMap").inputs.data);
        expect(data).toContain("/sgx/certification/v3/");
        expect(data).not.toContain("/v4/");
        const env = podSpecOf(one(resources, "DaemonSet")).containers[0]?.env;
        expect(env).toContainEqual({ name: "AZDCAP_COLLATERAL_VERSION", value: "v3" });
    });
});
