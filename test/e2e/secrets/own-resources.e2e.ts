import { afterAll, beforeAll, expect, test } from "vitest";
import { releasePolicyOf } from "../../../components/sgx/release-policy/of-enclave.js";
import { writeReleasePolicy } from "../../../components/sgx/release-policy/json.js";
import { unsignedPolicy } from "../../../components/sgx/attestation-policy/upload.js";
import { files } from "../engine/leaks.js";
import type { Project } from "../engine/project.js";
import { changes, words } from "../engine/steps.js";
import { group, startAzure, type AzureAlone } from "./data-plane.js";
import { nodeProgram } from "./program.js";

/*
 * The policy of an attestation provider and the release policy of a key in a program for Node, on the real engine with
 * this package's real provider and Azure's own SDKs. The data planes are doubles. The tests follow each other.
 */
const signer = "1a".repeat(32);
const enclave = { signer, product: 7, minimumSvn: 2 };

let world: AzureAlone;
let project: Project;
beforeAll(async () => {
    world = await startAzure();
    project = await world.project(nodeProgram());
    project.configure((config) => {
        config.attestation = { name: "team-a-attests", resourceGroupName: group, enclaves: [enclave] };
        config.keys = {
            payroll: {
                enclave,
                newVault: { name: "team-a-keys", resourceGroupName: group },
                releaseTo: { payroll: world.principalId },
                protect: false,
            },
        };
    });
});
afterAll(() => world.stop());

interface Config {
    attestation: Record<string, unknown>;
    keys: { payroll: Record<string, unknown> };
}

const configure = (change: (config: Config) => void) => {
    project.configure((config) => {
        change(config as unknown as Config);
    });
};

/** The text of a release policy, by the function that the property tests hold against Azure's grammar. */
const policyFor = (...enclaves: { signer: string; product: number; minimumSvn: number }[]) =>
    writeReleasePolicy(
        releasePolicyOf(
            enclaves.map((each) => ({ ...each, debug: false })),
            world.attestation.url,
        ),
    );

const allOf = [
    "create AttestationProvider attestation",
    "create SgxPolicy attestation-sgx-enclave",
    "create SgxPolicy attestation-open-enclave",
    "create Resource payroll-vault",
    "create RoleAssignment payroll-officer",
    "create ExportableKey payroll",
    "create RoleAssignment payroll-release-payroll",
].sort();

const whatChanges = async () => words(changes(await project.preview())).sort();

test("a project that does not name the plugin gets one sentence, and nothing is made", async () => {
    const other = await world.project(nodeProgram({ namesPlugin: false }));
    other.configure((config) => {
        config.attestation = { name: "team-a-attests", resourceGroupName: group, enclaves: [enclave] };
    });
    const { code, stdout, stderr } = await other.run("preview", "--stack", other.stack);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("plugins: { providers: [{ name: confidential-aks, path: node_modules/");
    expect(stdout + stderr).toContain("nothing was created");
});

test("a first update does what its preview says, while the roles spread", async () => {
    expect(await whatChanges()).toEqual(allOf);
    world.attestation.spreading.set(1);
    world.vault.spreading.set(1);
    const { steps, stdout, stderr } = await project.update("up");
    expect(words(changes(steps)).sort()).toEqual(allOf);
    expect(stdout + stderr).toMatch(/needs the role "Attestation Contributor" there, and a new assignment takes up to/);
    expect(stdout + stderr).toMatch(/needs the role "Key Vault Crypto Officer" there/);
    for (const type of ["SgxEnclave", "OpenEnclave"] as const)
        expect(world.attestation.policy(type)).toContain(`[type=="x-ms-sgx-mrsigner", value=="${signer}"]`);
    expect(world.vault.policyOf("payroll")).toBe(policyFor(enclave));
});

test("nothing is left to do, also after a refresh", async () => {
    expect(await whatChanges()).toEqual([]);
    expect(words(changes(await project.refresh()))).toEqual([]);
    expect(await whatChanges()).toEqual([]);
});

test("tags of the provider change, and no policy is touched", async () => {
    configure(({ attestation }) => (attestation.tags = { team: "a" }));
    expect(await whatChanges()).toEqual(["update AttestationProvider attestation"]);
    expect(words(changes(await project.up()))).toEqual(["update AttestationProvider attestation"]);
});

test("a newer SVN reaches the policy of the provider and the key that is there", async () => {
    const next = { ...enclave, minimumSvn: 3 };
    configure(({ attestation, keys }) => {
        attestation.enclaves = [enclave, next];
        Object.assign(keys.payroll, { enclave: next, previousEnclave: enclave });
    });
    const both = [
        "update ExportableKey payroll",
        "update SgxPolicy attestation-open-enclave",
        "update SgxPolicy attestation-sgx-enclave",
    ];
    expect(await whatChanges()).toEqual(both);
    expect(words(changes(await project.up())).sort()).toEqual(both);
    expect(world.vault.policyOf("payroll")).toBe(policyFor(next, enclave));
    configure(({ attestation, keys }) => {
        attestation.enclaves = [next];
        delete keys.payroll.previousEnclave;
    });
    await project.up();
    expect(world.vault.policyOf("payroll")).toBe(policyFor(next));
    expect(world.vault.versionsOf("payroll")).toBe(1);
});

test("policies that were changed outside are found by a refresh, and set again", async () => {
    const open = "version=1.0;\nauthorizationrules {\n    => permit();\n};\n";
    world.attestation.overwrite("SgxEnclave", unsignedPolicy(open));
    world.vault.overwrite("payroll", policyFor(enclave));
    expect(await whatChanges()).toEqual([]);
    await project.refresh();
    const found = ["update ExportableKey payroll", "update SgxPolicy attestation-sgx-enclave"];
    const steps = changes(await project.preview());
    expect(words(steps).sort()).toEqual(found);
    expect(words(changes(await project.up())).sort()).toEqual(found);
    expect(world.attestation.policy("SgxEnclave")).toContain(signer);
    expect(world.vault.policyOf("payroll")).toBe(policyFor({ ...enclave, minimumSvn: 3 }));
    expect(await whatChanges()).toEqual([]);
});

test.each([
    ["the policy", "PUT", /^\/policies\/SgxEnclave/, () => world.attestation.service],
    ["the release policy", "PATCH", /^\/keys\/payroll/, () => world.vault.service],
] as const)("an engine that is killed while %s is set: the next update ends it", async (_, method, path, service) => {
    for (const when of ["before", "after"] as const) {
        const svn = when === "before" ? 4 : 5;
        const next = { ...enclave, minimumSvn: svn };
        configure(({ attestation, keys }) => {
            attestation.enclaves = [next];
            keys.payroll.enclave = next;
        });
        const reached = service().fault({ method, path, when, how: "hang" });
        const running = await project.startUpdate("up");
        await reached;
        running.process.kill("SIGKILL");
        await running.ended;
        await project.must("cancel", "--yes", "--stack", project.stack);
        await project.up();
        expect(world.attestation.policy("SgxEnclave")).toContain(`value>=${svn}`);
        expect(world.vault.policyOf("payroll")).toBe(policyFor(next));
        expect(await whatChanges()).toEqual([]);
    }
});

test("state, history and output have no secret, and the key is in none of them", () => {
    const needles = [...world.secrets, world.vault.secretOf("payroll")?.toString("base64url") ?? ""];
    expect(needles.every((needle) => needle.length > 20)).toBe(true);
    const places = [...files(project.folder), ...project.printed.map((text, index) => [String(index), text] as const)];
    const found = places.filter(([, text]) => needles.some((needle) => text.includes(needle)));
    expect(found.map(([place]) => place)).toEqual([]);
    expect(places.length).toBeGreaterThan(10);
});

test("a deleted key comes back with another update, and a key of somebody else is left alone", async () => {
    const secret = world.vault.secretOf("payroll");
    configure((config) => {
        config.keys = {} as never;
    });
    await project.up();
    expect(world.vault.policyOf("payroll")).toBeUndefined();
    configure((config) => {
        config.keys = {
            payroll: {
                enclave,
                newVault: { name: "team-a-keys", resourceGroupName: group },
                protect: false,
            },
        };
    });
    const refused = await project.update("up");
    expect(refused.stdout + refused.stderr).toContain("set newVault.recover: true for one update");
    configure(({ keys }) => ((keys.payroll.newVault as Record<string, unknown>).recover = true));
    await project.up();
    expect(world.vault.secretOf("payroll")).toEqual(secret);
    expect(world.vault.policyOf("payroll")).toBe(policyFor(enclave));
    configure(({ keys }) => (keys.payroll.keyName = "other"));
    await world.vault.plant("other", policyFor(enclave));
    const taken = await project.update("up");
    expect(taken.stdout + taken.stderr).toContain("a key that this package did not make has that name");
});

test("a protected key and its vault are not destroyed, and without protection they are", async () => {
    configure(({ keys }) => {
        delete keys.payroll.keyName;
        delete keys.payroll.protect;
    });
    await project.up();
    const { code, stdout, stderr } = await project.update("destroy");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("protect");
    expect(world.vault.policyOf("payroll")).toBe(policyFor(enclave));
    configure(({ keys }) => (keys.payroll.protect = false));
    await project.up();
    const { steps, stdout: said, stderr: more } = await project.update("destroy");
    expect(words(changes(steps))).toContain("delete ExportableKey payroll");
    expect(said + more).toContain("can be recovered until");
    expect(world.vault.policyOf("payroll")).toBeUndefined();
});
