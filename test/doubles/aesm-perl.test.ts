import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aesmProbeScript } from "../../components/sgx";
import { AesmDouble, decodeResponse, encodeRequest, failing, type Message } from "./aesm";

/* The double that runs in test images speaks as the one that the other tests use: both are asked the same. */
const folder = mkdtempSync(join(tmpdir(), "aesm-perl-"));
const inPerl = join(folder, "perl.socket");
const inTypeScript = join(folder, "typescript.socket");
let perl: ChildProcess;
let typescript: AesmDouble;

const requests: Message[] = [
    { getSupportedAttKeyIDNum: { timeout: 15_000 } },
    { getSupportedAttKeyIDNum: { timeout: 30_000_000 } },
    { getSupportedAttKeyIDs: { buf_size: 256, timeout: 15_000 } },
    { initQuoteEx: { b_pub_key_id: true, buf_size: 32, att_key_id: Buffer.alloc(256, 7) } },
    { getQuoteSizeEx: { att_key_id: Buffer.alloc(256, 7) } },
    { getQuoteEx: { report: Buffer.alloc(432, 1), att_key_id: Buffer.alloc(256, 7), buf_size: 4600 } },
    { selectAttKeyID: { att_key_id_list: Buffer.alloc(512), timeout: 15_000 } },
];

beforeAll(async () => {
    typescript = await AesmDouble.start(inTypeScript);
    perl = await startPerl();
});
afterAll(async () => {
    perl.kill("SIGKILL");
    await typescript.stop();
    rmSync(folder, { recursive: true, force: true });
});

describe.each([
    ["healthy", 0],
    ["without its quoting enclaves", 30],
])("an AESM that is %s", (_, error) => {
    beforeAll(async () => {
        perl.kill(error === 0 ? "SIGUSR2" : "SIGUSR1");
        typescript.behaviour = failing(error);
        await answersError(error);
    });

    test.each(requests.map((request) => [Object.keys(request)[0] ?? "", request] as const))(
        "answers %s alike",
        async (kind, request) => {
            const [ofPerl, ofTypeScript] = await Promise.all(
                [inPerl, inTypeScript].map((path) => ask(path, encodeRequest(request))),
            );
            expect(ofPerl).toEqual(ofTypeScript);
            expect(decodeResponse(ofPerl!)[kind]).toMatchObject({ errorCode: error });
        },
    );

    test("is told by the probe for what it is", async () => {
        const [ofPerl, ofTypeScript] = await Promise.all([probe(inPerl), probe(inTypeScript)]);
        expect(ofPerl).toEqual(ofTypeScript);
        expect(ofPerl.code).toBe(error === 0 ? 0 : 1);
    });
});

test("it survives clients that say nothing, half of something, or nonsense", async () => {
    perl.kill("SIGUSR2");
    typescript.behaviour = failing(0);
    await answersError(0);
    const silent = connect(inPerl);
    expect(await ask(inPerl, Buffer.alloc(0))).toEqual(Buffer.alloc(0));
    expect(await ask(inPerl, Buffer.from([3, 0, 0, 0, 1, 1, 1]))).toEqual(Buffer.alloc(0));
    const whole = encodeRequest(requests[0]!);
    const half = connect(inPerl);
    half.write(whole.subarray(0, 5));
    expect(await ask(inPerl, whole)).toEqual(await ask(inTypeScript, whole));
    half.write(whole.subarray(5));
    expect(await rest(half)).toEqual(await ask(inTypeScript, whole));
    silent.destroy();
});

test("it removes its socket on SIGTERM, leaves it on SIGKILL, and takes the place of one that is left", async () => {
    perl.kill("SIGKILL");
    await ended(perl);
    expect(existsSync(inPerl)).toBe(true);
    await expect(ask(inPerl, encodeRequest(requests[0]!))).rejects.toThrow("ECONNREFUSED");
    perl = await startPerl();
    await answersError(0);
    expect(statSync(inPerl).mode & 0o777).toBe(0o777);
    perl.kill("SIGTERM");
    await ended(perl);
    expect(existsSync(inPerl)).toBe(false);
});

test("it does not start without the provisioning device", () => {
    const environment = {
        ...process.env,
        AESM_DOUBLE_SOCKET: inPerl,
        AESM_DOUBLE_DEVICES: "/dev/null:/dev/no-such-device",
    };
    const run = spawnSync("perl", [resolve("test/doubles/aesm_service.pl")], { env: environment, encoding: "utf8" });
    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining("Fail to start service.") as string });
});

async function startPerl(): Promise<ChildProcess> {
    const environment = { ...process.env, AESM_DOUBLE_SOCKET: inPerl, AESM_DOUBLE_DEVICES: "/dev/null:/dev/zero" };
    const child = spawn("perl", [resolve("test/doubles/aesm_service.pl")], {
        env: environment,
        stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((done) => child.stdout.once("data", done));
    return child;
}

async function answersError(error: number): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
        const answer = decodeResponse(await ask(inPerl, encodeRequest(requests[0]!)));
        if ((answer["getSupportedAttKeyIDNum"]?.["errorCode"] ?? 0) === error) return;
    }
    throw new Error(`the double did not come to answer ${error}`);
}

function probe(path: string): Promise<{ code: number | null; stdout: string }> {
    return new Promise((done) => {
        const child = execFile("perl", ["-e", aesmProbeScript, path, "5"], (_, stdout) => {
            done({ code: child.exitCode, stdout });
        });
    });
}

function ask(path: string, bytes: Buffer): Promise<Buffer> {
    const connection = connect(path);
    if (bytes.length === 0) connection.end();
    else connection.write(bytes);
    return rest(connection);
}

function rest(connection: ReturnType<typeof connect>): Promise<Buffer> {
    return new Promise((done, failed) => {
        const received: Buffer[] = [];
        connection.on("data", (data) => received.push(data));
        connection
            .once("end", () => {
                connection.destroy();
                done(Buffer.concat(received));
            })
            .once("error", failed);
    });
}

function ended(child: ChildProcess): Promise<void> {
    return new Promise((done) =>
        child.once("exit", () => {
            done();
        }),
    );
}
