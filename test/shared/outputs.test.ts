import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { AttestedJob, OpenEnclaveSample, SgxDevicePlugin, SgxQuoteHelper } from "../../components";
import { devicePluginOutputs, devicePluginSpec } from "../../components/device-plugin/spec";
import { attestedJobOutputs, attestedJobSpec } from "../../components/job/spec";
import { throwIfAny, type ValidationError } from "../../components/problems";
import { construct, constructed, one, typeAndName } from "../support/construct";
import { expectRejected, failureOf, theTest } from "../support/failure";
import { podSpecOf } from "../support/pods";

const job = { image: "r.example/app:1", epc: "64Mi" };

/** A value as a program in another language may send it. */
const output = (value: unknown) => pulumi.output(value) as pulumi.Output<string>;

describe("outputs among the arguments", () => {
    test("are taken as values of a node selector", async () => {
        const nodeSelector = { pool: output("enclaves") };
        const resources = await construct("preview", () => {
            new SgxDevicePlugin("plugin", { nodeSelector });
            new AttestedJob("job", { ...job, nodeSelector });
        });
        for (const kind of [":DaemonSet", ":Job"]) {
            expect(podSpecOf(one(resources, kind))).toMatchObject({ nodeSelector: { pool: "enclaves" } });
        }
    });

    test("are refused when their value is known and no text: of a node selector, of a variable", async () => {
        const plugin = devicePluginSpec({ nodeSelector: { pool: output(true) } });
        expect(plugin.problems).toEqual([]);
        await expectRejected(devicePluginOutputs(theTest, plugin.spec).nodeSelector.pool);
        const { spec } = attestedJobSpec({ ...job, env: { PORT: output(8080) } });
        await expectRejected(attestedJobOutputs(theTest, spec).env.PORT);
    });

    test("are refused when their value is known and is the name of no namespace", async () => {
        const { spec } = devicePluginSpec({ namespace: output("No name") });
        await expectRejected(devicePluginOutputs(theTest, spec).namespace);
        const jobs = attestedJobSpec({ ...job, namespace: output("No name") });
        await expectRejected(attestedJobOutputs(theTest, jobs.spec).namespace);
    });

    test("are not shown where they are variables, which may be secrets", async () => {
        const { spec } = attestedJobSpec({ ...job, env: { PIN: pulumi.secret(output(271_828)) } });
        const late = attestedJobOutputs(theTest, spec).env.PIN;
        await expectRejected(late);
        const { promise } = late as unknown as { promise: () => Promise<unknown> };
        const error = await promise().catch((reason: unknown) => reason as ValidationError);
        expect((error as ValidationError).message).toContain("env.PIN = [hidden]");
        expect((error as ValidationError).message).not.toContain("271828");
    });
});

test("a plain variable that is no text is refused without its value, which may be a secret", () => {
    const { problems } = attestedJobSpec({ ...job, env: { PIN: 271_828 as unknown as string } });
    const message = failureOf(() => {
        throwIfAny("the job", problems);
    }).message;
    expect(message).toContain("env.PIN = [hidden]");
    expect(message).not.toContain("271828");
});

describe("plain values of a node selector", () => {
    test.each([true, 1, null])("%s is refused: Kubernetes takes text only", (value) => {
        const nodeSelector = { pool: value as unknown as string };
        expect(devicePluginSpec({ nodeSelector }).problems).toMatchObject([{ path: 'nodeSelector["pool"]' }]);
        expect(attestedJobSpec({ ...job, nodeSelector }).problems).toMatchObject([{ path: 'nodeSelector["pool"]' }]);
    });
});

describe("what a component is made of", () => {
    test("is reachable: the DaemonSets and the Jobs; a device plugin needs no arguments", async () => {
        const { result } = await constructed("preview", () => [
            new SgxDevicePlugin("plugin").daemonSet,
            new SgxQuoteHelper("aesm", { image: "r.example/aesm:1" }).daemonSet,
            new AttestedJob("job", job).job,
            new OpenEnclaveSample("sample", { image: "r.example/sample:1" }).job,
        ]);
        expect(await Promise.all(result.map(typeAndName))).toEqual([
            "kubernetes:apps/v1:DaemonSet plugin",
            "kubernetes:apps/v1:DaemonSet aesm",
            "kubernetes:batch/v1:Job job",
            "kubernetes:batch/v1:Job sample",
        ]);
    });
});
