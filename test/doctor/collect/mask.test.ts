import { expect, test } from "vitest";
import fc from "fast-check";
import { keepNode } from "../../../doctor/collect/keep/node";
import { keepPod } from "../../../doctor/collect/keep/pod";
import { end, mask, masker, start } from "../../../doctor/collect/mask";

test.each([
    ["a web token", "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJhbG"],
    ["a header", "Authorization: Bearer abc.def-ghi~", "abc.def"],
    ["a header of another scheme", "proxy said Basic dXNlcjpwYXNz==", "dXNlcjpw"],
    ["a URL with a password", "cannot fetch https://user:hunter2@registry.example/v2/", "hunter2"],
    ["a URL with a token", "cannot fetch https://hunter2@registry.example/v2/", "hunter2"],
    ["a variable", "DB_PASSWORD=hunter2 is wrong", "hunter2"],
    ["a quoted variable", 'password: "hunter2 with blanks"', "blanks"],
    ["a field of JSON", '{"clientSecret":"hunter2,x"}', "hunter2"],
    ["a field of JSON in JSON", String.raw`{\"client_secret\": \"hunter2\"}`, "hunter2"],
    ["a flag with a blank", "run --api-key hunter2 failed", "hunter2"],
    ["a connection string", "AccountName=a;AccountKey=abcd+/==;EndpointSuffix=core", "abcd"],
    ["a signature in a URL", "https://a.blob.core.example/c?sv=1&sig=hunter2", "hunter2"],
    ["a key file", "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY----- is bad", "hunter2"],
    ["a key file that is cut", "-----BEGIN PRIVATE KEY-----\nhunter2", "hunter2"],
    ["a run of base64", "got c29tZXRoaW5nU2VjcmV0MTIzNDU2Nzg5MA==", "c29tZXRo"],
    ["a run of hexadecimal digits", "key 0123456789abcdef0123456789abcdef", "0123456789abcdef"],
    ["a token of a bootstrap", "kubeadm abcdef.0123456789abcdef", "0123456789abcdef"],
    ["a token of a forge", "ghp_abcdefghijkl", "abcdefgh"],
    ["a token of a model hub", "hf_abcdefghijkl", "abcdefgh"],
    ["a token of a registry", "dckr_pat_abcdefghijkl", "abcdefgh"],
    ["a short name of a password", "DB_PASS=hunter2", "hunter2"],
    ["a key of a compound name", "STORAGE_KEY=hunter2", "hunter2"],
    ["a key with a colon", "ENCRYPTION_KEY: hunter2", "hunter2"],
    ["a key in camel case", '{"jwtKey":"hunter2"}', "hunter2"],
    ["a key without more", "key=hunter2", "hunter2"],
    ["a token in a sentence", "the token is hunter2", "hunter2"],
    ["a token behind its name", "refused token hunter2", "hunter2"],
    ["a password in a sentence", "with password hunter2", "hunter2"],
    ["a URL with a slash in the password", "postgres://u:p/ss@db.example/shop", "ss@"],
])("%s is masked", (_, text, secret) => {
    expect(text).toContain(secret);
    expect(mask(text)).not.toContain(secret);
    expect(mask(text)).toContain("[masked]");
});

test.each([
    "Readiness probe failed: AESM answered error 30 (SERVICE_UNAVAILABLE): it runs but cannot quote. Its quote-ex plugin is missing, or it was started without --supported_attestation_types=ECDSA and QE3 is not loaded",
    "Readiness probe failed: no socket at /var/run/aesmd/aesm.socket: AESM is not running here",
    "0/3 nodes are available: 1 Insufficient sgx.intel.com/epc, 2 node(s) didn't match Pod's node affinity/selector.",
    'Failed to pull image "docker.io/intel/intel-sgx-plugin:0.36.0": 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit',
    "image sgx/aesm@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef not found",
    "Error creating: pods is forbidden: exceeded quota: sgx, requested: requests.sgx.intel.com/epc=32Mi, used: requests.sgx.intel.com/epc=0",
    'MountVolume.SetUp failed for volume "config" : secret "app-certificates" not found',
    "aks-enclave-12345678-vmss000000 in pool 0a1b2c3d-0000-4000-8000-00000000000f",
    "/opt/intel/sgx-aesm-service/aesm/aesm_service: error 0x4004",
    'Get "https://registry.example:5000/v2/aesm": dial tcp: lookup registry.example: no such host',
    "https://registry.example:5000/aesm@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "references non-existent secret key: tls.crt",
    "the service account token is expired; the token is not valid yet",
])("what tells a cause stays: %s", (text) => {
    expect(mask(text)).toBe(text);
});

test("values that are known are masked, the longer ones first", () => {
    const hidden = { values: ["hunter2", "hunter2-long"], words: ["info.level"] };
    expect(masker(hidden)("hunter2-long, hunter2, info.level, info-level and /info.level")).toBe(
        "[masked], [masked], [masked], info-level and /info.level",
    );
});

test("a long text is masked before it is cut, so that no half of a secret stays", () => {
    const key = "Q29tcGxldGVseVNlY3JldEtleTEyMzQ1";
    fc.assert(
        fc.property(fc.integer({ min: 460, max: 505 }), (length) => {
            const text = `${"x ".repeat(length / 2)}${key}${" y".repeat(length / 2)}`;
            for (const kept of [start(mask(text)), end(mask(text))]) {
                expect(kept.length).toBeLessThanOrEqual(500);
                expect(kept).not.toContain("Q29tcG");
                expect(kept).not.toContain("EyMzQ1");
            }
        }),
    );
});

test("masking a long text takes a moment, whatever it repeats", () => {
    const started = process.cpuUsage();
    for (const text of ["a", "token", "password=", "--token ", '"', "://x", "eyJ", "A1b"])
        mask(text.repeat(8192 / text.length));
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
});

const secretive = {
    metadata: {
        name: "web",
        uid: "1",
        annotations: { note: "planted-annotation", "sgx.intel.com/quote-provider": "aesmd" },
        managedFields: [{ manager: "planted-manager" }],
    },
    spec: {
        containers: [
            {
                name: "app",
                image: "app:1",
                command: ["/bin/app --key planted-in-word", "planted-command-1"],
                args: ["--token=planted-argument", "planted-word-1"],
                env: [
                    { name: "DB_PASSWORD", value: "swordfish" },
                    { name: "OTHER", value: "planted-value-1" },
                    { name: "SGX_AESM_ADDR", value: "1" },
                    { name: "REF", valueFrom: { secretKeyRef: { name: "planted-reference", key: "k" } } },
                ],
                livenessProbe: { exec: { command: ["planted-probe"] } },
                lifecycle: { preStop: { exec: { command: ["planted-hook"] } } },
            },
        ],
        volumes: [{ name: "s", secret: { secretName: "planted-secret-name" } }],
        imagePullSecrets: [{ name: "planted-pull" }],
    },
    status: {
        message: "refused planted-value-1",
        conditions: [{ type: "Ready", status: "False", message: "swordfish is wrong" }],
        containerStatuses: [
            {
                name: "app",
                ready: false,
                restartCount: 1,
                state: { waiting: { reason: "CrashLoopBackOff", message: 'exec "planted-command-1" failed' } },
                lastState: {
                    terminated: { exitCode: 1, message: "bad planted-argument, planted-word-1, planted-value-1" },
                },
            },
        ],
    },
};

test("of a pod no value of a variable, of an annotation or of an argument is kept, nor where a message repeats it", () => {
    const kept = JSON.stringify(keepPod(secretive).pod);
    expect(kept).not.toContain("planted");
    expect(kept).not.toContain("swordfish");
    const [app] = keepPod(secretive).pod.spec.containers;
    expect(app?.command).toEqual(["/bin/app", "[removed]"]);
    expect(app?.env).toEqual([
        { name: "DB_PASSWORD" },
        { name: "OTHER" },
        { name: "SGX_AESM_ADDR", value: "1" },
        { name: "REF", valueFrom: {} },
    ]);
    expect(keepPod(secretive).pod.metadata.annotations).toEqual({
        note: "[removed]",
        "sgx.intel.com/quote-provider": "aesmd",
    });
    expect(keepPod(secretive).pod.spec.volumes).toEqual([{ name: "s", secret: {} }]);
});

test("what node-feature-discovery says that it adds to a node is kept, also of an instance with a name", () => {
    const annotations = {
        "nfd.node.kubernetes.io/extended-resources": "sgx.intel.com/epc",
        "intel.nfd.node.kubernetes.io/extended-resources": "sgx.intel.com/epc",
        "nfd.node.kubernetes.io/master.version": "v0.17",
    };
    expect(keepNode({ metadata: { name: "n", annotations } }).metadata.annotations).toEqual({
        ...annotations,
        "nfd.node.kubernetes.io/master.version": "[removed]",
    });
});

const ofSample = { "app.kubernetes.io/part-of": "confidential-aks", "app.kubernetes.io/component": "sample" };

test("of the sample's verdict its words are kept, and no details", () => {
    const message = JSON.stringify({
        verdict: "failed",
        mode: "in-process",
        evidence: ["planted-line"],
        checks: [{ name: "required-lines", ok: false, detail: "planted-detail" }],
        versions: { psw: "planted" },
    });
    const kept = keepPod({
        metadata: { labels: ofSample },
        spec: { containers: [] },
        status: { containerStatuses: [{ name: "p", state: { terminated: { exitCode: 1, message } } }] },
    }).pod;
    expect(JSON.parse(kept.status.containerStatuses?.[0]?.state?.terminated?.message ?? "")).toEqual({
        verdict: "failed",
        mode: "in-process",
        checks: [{ name: "required-lines", ok: false }],
    });
});

interface Ended {
    app?: string;
    container?: string;
    reason?: string;
    labels?: Record<string, string>;
}

/** What is kept of how a container ended. */
function keptEnd(message: string, { app = "shop", container = "app", reason = "Error", labels = { app } }: Ended = {}) {
    const { pod } = keepPod({
        metadata: { name: "p", labels },
        spec: { containers: [] },
        status: { containerStatuses: [{ name: container, state: { terminated: { exitCode: 1, reason, message } } }] },
    });
    return pod.status.containerStatuses?.[0]?.state?.terminated;
}

test("of a verdict only the judge's own words are kept, and none where the pod is not the sample's", () => {
    const said = '{"verdict":"my customer is Jane Doe","mode":"card 4111","checks":[{"name":"Jane Doe","ok":false}]}';
    expect(keptEnd(said)).toEqual({ exitCode: 1, reason: "Error" });
    expect(keptEnd(said, { labels: ofSample })?.message).toBe('{"verdict":"","checks":[{"name":"","ok":false}]}');
});

test("reasons are kept as Kubernetes has them only: of a pod, its conditions and its containers", () => {
    const reasons = (reason: string) => {
        const { status } = keepPod({
            metadata: { name: "p" },
            spec: { containers: [] },
            status: {
                reason,
                conditions: [{ type: "example.org/gate", status: "False", reason }],
                containerStatuses: [{ name: "app", state: { waiting: { reason } } }],
            },
        }).pod;
        const [container] = status.containerStatuses ?? [];
        return [status.reason, status.conditions?.[0]?.reason, container?.state?.waiting?.reason];
    };
    expect(reasons("OOMKilled")).toEqual(["OOMKilled", "OOMKilled", "OOMKilled"]);
    expect(reasons("OutOfsgx.intel.com/epc")[0]).toBe("OutOfsgx.intel.com/epc");
    for (const said of ["Jane Doe, born 1970", "hunter2", "Password=1"])
        expect(reasons(said)).toEqual([undefined, undefined, undefined]);
});

test.each(["sgx-plugin", "intel-sgx-aesmd"])("of what %s said when it ended, the end is kept", (app) => {
    const text = keptEnd(`${"line\n".repeat(400)}the cause`, { app })?.message;
    expect(text).toHaveLength(500);
    expect(text).toMatch(/the cause$/);
});

test("of what a workload said when it ended nothing is kept but the id of a known line", () => {
    expect(keptEnd("connecting as admin with hunter22\npin 4711")).toEqual({ exitCode: 1, reason: "Error" });
    expect(keptEnd("user hunter22\nSGX AESM service unavailable\nbye hunter22")).toEqual({
        exitCode: 1,
        reason: "Error",
        line: "aesm-not-there",
    });
});

test("of wait-for-aesm its last line is kept, and of a program that did not start what the runtime says", () => {
    const gaveUp = "gave up after 300 s: no socket at /var/run/aesmd/aesm.socket: AESM is not running here";
    expect(keptEnd(`hunter22\n${gaveUp}\n`, { container: "wait-for-aesm" })).toMatchObject({
        message: gaveUp,
        line: "wait-gave-up",
    });
    expect(keptEnd("hunter22", { container: "wait-for-aesm" })?.message).toBeUndefined();
    expect(keptEnd('exec: "/bin/ap": no such file', { reason: "StartError" })?.message).toContain("no such file");
});

test.each([
    ["DB_PASS", "correcthorse", "cannot use correcthorse"],
    ["DB_PASS", "correcthorse", "mysql://correcthorse/db"],
    ["MODE", "horses", "unknown mode 'horses'"],
    ["GREETING", "some words", "bad: some words"],
    ["QUOTED", 'a "word" more', String.raw`bad: a \"word\" more`],
    ["LINES", "first line 1\nsecond line 2", "bad: second line 2"],
])("the value of the variable %s, %j, is hidden in %j", (name, value, message) => {
    const spec = { containers: [{ name: "app", env: [{ name, value }] }] };
    const { pod } = keepPod({ spec, status: { message } });
    expect(pod.status.message).toContain("[masked]");
    expect(pod.status.message).not.toMatch(/correcthorse|horses|some words|word|second/);
});

test("a plain word behind a flag that is a secret's is hidden, and so are arguments in the first word", () => {
    const spec = { containers: [{ name: "app", command: ["/bin/app with-this", "--password", "correcthorse"] }] };
    const { pod } = keepPod({ spec, status: { message: "no correcthorse with-this in /bin/app" } });
    expect(pod.status.message).toBe("no [masked] [masked] in /bin/app");
});

test.each(["sgx.intel.com/epc", "/var/run/aesmd", "memory", "10.0.0.1", "--verbose", "128Mi"])(
    "a variable with the value %s hides nothing that tells a cause",
    (value) => {
        const spec = { containers: [{ name: "app", env: [{ name: "SETTING", value }] }] };
        const message = `0/3 nodes are available: 1 Insufficient ${value}`;
        expect(keepPod({ spec, status: { message } }).pod.status.message).toBe(message);
    },
);

test("a word that is a variable's value stays where it is a part of a name", () => {
    const spec = { containers: [{ name: "app", env: [{ name: "MODE", value: "registry" }] }] };
    const message = 'registry: cannot pull "registry.example/my-registry:1"';
    expect(keepPod({ spec, status: { message } }).pod.status.message).toBe(
        '[masked]: cannot pull "registry.example/my-registry:1"',
    );
});
