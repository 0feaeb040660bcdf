import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { EnclaveImageArgs, RegistrySku } from "../../components/image/args";
import { EnclaveImage } from "../../components/image/enclave-image";
import { enclaveImageSpec } from "../../components/image/spec";
import { imageFolder } from "./support";

const folder = imageFolder();

function args(rest: Partial<EnclaveImageArgs> = {}): EnclaveImageArgs {
    return { context: "folder", repository: "sgx/aesm", resourceGroupName: "group", ...rest };
}

describe("the arguments", () => {
    test.each<[string, Partial<EnclaveImageArgs>, string]>([
        ["no context", { context: "" }, "context"],
        ["no repository", { repository: "" }, "repository"],
        ["a repository in capitals", { repository: "SGX/aesm" }, "repository"],
        ["a repository with a tag", { repository: "sgx/aesm:1" }, "repository"],
        ["a repository with a registry", { repository: "r.azurecr.io//x" }, "repository"],
        ["a repository with a substitution", { repository: "$(id)" }, "repository"],
        ["a repository that ends in a slash", { repository: "a/" }, "repository"],
        ["a long repository", { repository: "a".repeat(201) }, "repository"],
        ["no resource group", { resourceGroupName: "" }, "resourceGroupName"],
        ["a login server as registry", { registryName: "shared.azurecr.io" }, "registryName"],
        ["a short registry name", { registryName: "four" }, "registryName"],
        ["a name with a dash for a new registry", { newRegistry: { name: "my-registry" } }, "newRegistry.name"],
        ["an unknown tier", { newRegistry: { sku: "basic" as RegistrySku } }, "newRegistry.sku"],
        ["a registry both given and new", { registryName: "shared", newRegistry: {} }, "newRegistry"],
        ["a name of a build argument with a dash", { buildArgs: { "A-B": "" } }, "buildArgs.A-B"],
        ["a build argument with a blank", { buildArgs: { BASE: "a b" } }, "buildArgs.BASE"],
        ["a build argument with a variable", { buildArgs: { BASE: "$HOME" } }, "buildArgs.BASE"],
        ["a build argument with an alias' escape", { buildArgs: { BASE: "$$" } }, "buildArgs.BASE"],
        ["a build argument with a template", { buildArgs: { BASE: "{{.Run.ID}}" } }, "buildArgs.BASE"],
        ["a build argument with a quote", { buildArgs: { BASE: "it's" } }, "buildArgs.BASE"],
        ["a build argument with a newline", { buildArgs: { BASE: "a\n" } }, "buildArgs.BASE"],
        ["a build argument that a shell expands to a home", { buildArgs: { BASE: "~root" } }, "buildArgs.BASE"],
        ["a build argument with a home inside", { buildArgs: { BASE: "a:~root" } }, "buildArgs.BASE"],
        ["too short a time limit", { timeoutSeconds: 299 }, "timeoutSeconds"],
        ["too long a time limit", { timeoutSeconds: 28_801 }, "timeoutSeconds"],
        ["no room for a task", { maxTaskCharacters: 0 }, "maxTaskCharacters"],
    ])("refuse %s", (_, rest, path) => {
        expect(enclaveImageSpec(args(rest)).problems.map((problem) => problem.path)).toEqual([path]);
    });

    test("pass at their limits", () => {
        writeFileSync(join(folder.path, "Dockerfile"), "ARG BASE=ubuntu:22.04\nARG A1\nARG B_\nFROM $BASE\n");
        const passing: Partial<EnclaveImageArgs>[] = [
            { timeoutSeconds: 300 },
            { timeoutSeconds: 28_800 },
            { registryName: "five5" },
            { registryName: "x".repeat(50) },
            { repository: "a/b-c/d_e/f.g" },
            { buildArgs: { A1: "", B_: "ubuntu:22.04@sha256:00" } },
            { buildArgs: { BASE: "ubuntu:22.04", A1: "ubuntu:22.04@sha256:00", B_: "1.0-1~jammy+x,y=%2F" } },
            { newRegistry: {} },
        ];
        for (const rest of passing) {
            expect(enclaveImageSpec(args({ context: folder.path, ...rest })).problems).toEqual([]);
        }
    });

    test("stop the program before anything is registered, with all problems at once", () => {
        const create = (rest: Partial<EnclaveImageArgs>) => () =>
            new EnclaveImage("aesm", args({ context: folder.path, ...rest }));
        expect(create({ repository: "A", timeoutSeconds: 1 })).toThrow(/2 problems in image "aesm"/);
        expect(create({ context: join(folder.path, "missing") })).toThrow(/ENOENT/);
        expect(create({ buildArgs: { BASES: "x" } })).toThrow(/did you mean "BASE"\?/);
        expect(create({ maxTaskCharacters: 100 })).toThrow(/at most 100 characters/);
    });
});
