import { afterEach, expect, test } from "vitest";
import { collect } from "../../../doctor/collect";
import type { Pod } from "../../../doctor/model/objects";
import { emptyLists, startApiDouble, type ApiDouble, type ApiDoubleOptions } from "../support/api-server";
import { helperPod } from "../support/cluster";

let double: ApiDouble | undefined;
afterEach(async () => {
    await double?.stop();
    double = undefined;
});

async function read(options: ApiDoubleOptions, pods: readonly Pod[] = [helperPod("n")]) {
    double = await startApiDouble({ ...options, lists: { ...emptyLists, "/api/v1/pods": pods } });
    return await collect({ kubeconfig: double.kubeconfig, logs: false, exec: true }, () => undefined);
}

const asked = () => double?.asked.filter(({ path }) => path.endsWith("/exec")) ?? [];
const helper = "sgx-quote-helper/sgx-quote-helper-n";

test("AESM is asked in its container by the probe, and what that prints is kept", async () => {
    const { aesm } = await read({ exec: () => ({ stdout: "AESM is healthy\n" }) });
    expect(aesm).toEqual([{ pod: helper, said: "AESM is healthy" }]);
    const [{ path, query, authorization } = { path: "", query: new URLSearchParams(), authorization: "" }] = asked();
    expect(path).toBe("/api/v1/namespaces/sgx-quote-helper/pods/sgx-quote-helper-n/exec");
    expect(query.get("container")).toBe("aesm");
    expect(query.getAll("command")).toEqual([
        "perl",
        "-e",
        expect.any(String),
        "/var/run/aesmd/aesm.socket",
        "5",
        "ready",
    ]);
    expect(query.get("stdin")).toBe("false");
    expect(authorization).toBe("Bearer token-of-the-reader");
});

test("what the probe says is kept also when it fails", async () => {
    const stdout = "no socket at /var/run/aesmd/aesm.socket: AESM is not running here\n";
    const { aesm } = await read({ exec: () => ({ stdout, message: "command terminated with exit code 1" }) });
    expect(aesm).toEqual([{ pod: helper, said: stdout.trim() }]);
});

test("a container without perl gives the reason, and no answer of AESM's", async () => {
    const stderr = 'exec: "perl": executable file not found in $PATH';
    const { aesm } = await read({ exec: () => ({ stderr, message: "command terminated with exit code 127" }) });
    expect(aesm).toEqual([
        { pod: helper, said: `the probe could not be run: ${stderr}, command terminated with exit code 127` },
    ]);
});

test("a pod in which no command may be run gives the reason", async () => {
    const { aesm } = await read({});
    expect(aesm).toEqual([
        { pod: helper, said: expect.stringMatching(/^the probe could not be run: .*403/) as string },
    ]);
});

test("a container that does not run is not asked", async () => {
    const crashed = structuredClone(helperPod("n"));
    for (const status of crashed.status.containerStatuses ?? [])
        status.state = { waiting: { reason: "CrashLoopBackOff" } };
    expect((await read({ exec: () => ({ stdout: "AESM is healthy" }) }, [crashed])).aesm).toEqual([]);
    expect(asked()).toEqual([]);
});

test("a command that says nothing is given up", { timeout: 30_000 }, async () => {
    const { aesm } = await read({ exec: () => "silent" });
    expect(aesm).toEqual([{ pod: helper, said: "the probe could not be run: no answer within 12 s" }]);
});

test("without the right to run commands none is run, and the gap says so", async () => {
    const snapshot = await read({ forbidden: ["create pods/exec"], exec: () => ({ stdout: "AESM is healthy" }) });
    expect(asked()).toEqual([]);
    expect(snapshot.aesm).toBeUndefined();
    expect(snapshot.gaps).toEqual([{ collection: "aesm", why: "forbidden", detail: "create pods/exec is forbidden" }]);
});
