import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { isUntested, TESTED } from "../../../plan/program/sdk-version.js";
import { tempDir } from "../../support/temp-dirs.js";
import { repo, run, type Run } from "../cli.js";

const sdk = path.join(repo, "node_modules/@pulumi/pulumi");

/**
 * A program whose @pulumi/pulumi says that it is of another version: the tested SDK's files by links, apart from those
 * named, which have this text instead.
 */
function program(version: string, files: Record<string, string>, source = ""): string {
    const folder = tempDir();
    const fake = path.join(folder, "node_modules/@pulumi/pulumi");
    const write = (file: string, text: string): void => {
        mkdirSync(path.dirname(path.join(fake, file)), { recursive: true });
        writeFileSync(path.join(fake, file), text);
    };
    const link = (file: string): string => `module.exports = require(${JSON.stringify(path.join(sdk, file))});\n`;
    write("package.json", JSON.stringify({ name: "@pulumi/pulumi", version, main: "index.js" }));
    const used = [
        "index.js",
        "config.js",
        "output.js",
        "resource.js",
        "log/index.js",
        "runtime/index.js",
        "runtime/mocks.js",
        "runtime/settings.js",
        "runtime/state.js",
        "runtime/debuggable.js",
        "proto/resource_grpc_pb.js",
        "proto/resource_pb.js",
        "cmd/run/index.js",
        "cmd/run/error.js",
    ];
    for (const file of used) write(file, link(file));
    write("cmd/run/run.js", standInRunner());
    for (const [file, text] of Object.entries(files)) write(file, text);
    symlinkSync(path.join(repo, "node_modules/google-protobuf"), path.join(folder, "node_modules/google-protobuf"));
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: newer\nruntime: nodejs\n");
    writeFileSync(path.join(folder, "package.json"), '{ "name": "newer", "private": true }');
    writeFileSync(path.join(folder, "index.js"), `require("@pulumi/pulumi");\n${source}`);
    return folder;
}

/** The real runner, with the stand-ins of the planted SDK in place of its own. */
function standInRunner(): string {
    return `for (const file of ["index.js", "error.js"]) {
    const real = require.resolve(${JSON.stringify(`${sdk}/cmd/run/`)} + file);
    require.cache[real] ??= { id: real, filename: real, loaded: true, exports: require("./" + file), children: [], paths: [] };
}
module.exports = require(${JSON.stringify(path.join(sdk, "cmd/run/run.js"))});
`;
}

async function planned(version: string, files: Record<string, string>, source?: string): Promise<Run> {
    return run("plan", "--program", program(version, files, source));
}

const RANGE = `${TESTED.oldest} to ${TESTED.newest}`;
const STACK = /^\s+at .+:\d+/m;

describe("an SDK that is not what was tested", () => {
    it("makes a plan where nothing it needs has changed", async () => {
        const { code, stderr } = await planned("3.999.0", {});
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    });

    it.each([
        ["a function is gone", { "runtime/settings.js": "exports.other = 1;" }, 'no "setMockOptions"'],
        ["a class is gone", { "runtime/mocks.js": "" }, 'runtime/mocks.js has no "MockMonitor"'],
        ["a file is gone", { "runtime/mocks.js": 'require("./no-such-file");' }, "runtime/mocks.js cannot be loaded"],
        ["it does not load", { "index.js": "null.x;" }, "index.js cannot be loaded (Cannot read properties of null"],
        ["the runner is gone", { "cmd/run/run.js": "exports.start = 1;" }, 'cmd/run/run.js has no "run"'],
        [
            "a class is no class",
            { "runtime/mocks.js": "exports.MockMonitor = {};" },
            "MockMonitor is not a constructor",
        ],
        [
            "it trips when the monitor is set",
            { "runtime/settings.js": "exports.setMockOptions = () => undefined.x;" },
            "Cannot read properties of undefined (reading 'x')",
        ],
        [
            "functions of the log cannot be replaced",
            {
                "log/index.js":
                    "for (const n of ['info', 'warn', 'error']) Object.defineProperty(exports, n, { get: () => () => n });",
            },
            "Cannot set property info",
        ],
        [
            "a function of the log is gone",
            { "log/index.js": "exports.info = exports.warn = () => 1;" },
            'no function "error"',
        ],
        [
            "pulumi.secret is gone, and nothing would be masked",
            {
                "output.js": `module.exports = { ...require(${JSON.stringify(path.join(sdk, "output.js"))}), secret: {} };`,
            },
            'no function "secret"',
        ],
        [
            "a getter of secrets is gone",
            { "config.js": "exports.Config = class { getSecret() {} };" },
            'no function "Config.requireSecret"',
        ],
    ])("%s: a sentence with the version, what was tested and what to do", async (_what, files, reason) => {
        const { code, stdout, stderr } = await planned("3.999.0", files);
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toContain(reason);
        expect(stderr).toContain("@pulumi/pulumi 3.999.0 does not work with offline plans");
        expect(stderr).toContain(RANGE);
        expect(stderr).toContain(`npm install @pulumi/pulumi@${TESTED.newest}`);
        expect(stderr).not.toMatch(STACK);
    });

    it.each(["3.999.0", "3.12.0"])("%s: it trips while the program runs", async (version) => {
        const files = { "cmd/run/run.js": "exports.run = async () => undefined.getDeploymentInfo;" };
        const { code, stderr } = await planned(version, files);
        expect(code).toBe(1);
        expect(stderr).toContain("Cannot read properties of undefined (reading 'getDeploymentInfo')");
        expect(stderr).toContain(`@pulumi/pulumi ${version}`);
        expect(stderr).toContain(RANGE);
        expect(stderr).not.toMatch(STACK);
    });

    it("an error of the program itself keeps its place, and the note follows", async () => {
        const { stderr } = await planned("3.999.0", {}, 'throw new TypeError("a mistake of mine");');
        expect(stderr).toContain("TypeError: a mistake of mine");
        expect(stderr).toMatch(/at .+index\.js:2/);
        expect(stderr).toContain("If the error is not the program's own");
    });

    it("a tested SDK that is incomplete is installed again", async () => {
        const { stderr } = await planned(TESTED.newest, { "runtime/mocks.js": "" });
        expect(stderr).toContain("install the program's packages again");
        expect(stderr).not.toContain("npm install @pulumi/pulumi@");
    });

    it("knows which versions those are", () => {
        for (const version of [TESTED.oldest, TESTED.newest, "3.250.0", "3.276.0-alpha.1"])
            expect(isUntested(version), version).toBe(false);
        for (const version of ["3.247.9", "3.276.1", "3.999.0", "4.0.0", "2.300.0", "4.0.0-beta"])
            expect(isUntested(version), version).toBe(true);
    });
});
