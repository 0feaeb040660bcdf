import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isBusy, lacksRight, settled } from "../../components/cluster/settle";
import { pace } from "../../components/shared/pace";

/** As azure-native writes a request that Azure refuses; AKS's answer is the whole text of the message. */
const refused = (status: number, code: string, message: string) =>
    `Status=${status} Code="${code}" Message="{"code":"${code}","details":null,"message":"${message}","subcode":""}"`;

/** As azure-native writes an operation that Azure took on and that failed later. */
const failedLater = (code: string, message: string) =>
    `GET https://management.azure.com/operations/1\nRESPONSE 200: 200 OK\nERROR CODE: ${code}\n{"status":"Failed","error":{"code":"${code}","message":"${message}"}}`;

describe("an operation that AKS refuses because it is busy", () => {
    it.each([
        [
            "OperationNotAllowed",
            "Operation is not allowed because there's an in-progress PutExtensionAddonHandler.PUT operation on the cluster",
        ],
        [
            "OperationNotAllowed",
            "Operation is not allowed: Another operation (enclave - Updating) is in progress, please wait for it to finish",
        ],
        ["EtagMismatch", "Operation is not allowed: Another operation is in progress"],
        ["EtagMismatch", "rpc error: code = FailedPrecondition desc = Etag mismatched"],
    ])("%s: %s", (code, message) => {
        expect(isBusy(refused(409, code, message))).toBe(true);
    });

    it.each([
        ["an upgrade that AKS does not allow", "Upgrading Kubernetes version 1.34.1 to 1.36.2 is not allowed."],
        ["a quota", "Operation could not be completed as it results in exceeding approved standardDCSv3Family quota."],
    ])("%s is none, though it has the same code", (_, message) => {
        expect(isBusy(refused(409, "OperationNotAllowed", message))).toBe(false);
    });

    it("an operation that failed after Azure had taken it on is none: repeating it could make something twice", () => {
        expect(isBusy(failedLater("OperationNotAllowed", "Another operation is in progress"))).toBe(false);
        expect(isBusy("cannot create already existing resource '/subscriptions/1'")).toBe(false);
    });
});

describe("a cluster that AKS refuses because a role does not work yet", () => {
    const action = "Check access result not allowed for action Microsoft.Network/privateDnsZones/read.";

    it.each([
        "ResourceMissingPermissionError",
        "CustomPrivateDNSZoneMissingPermissionError",
        "AzureKeyVaultKmsValidateIdentityPermissionCustomerError",
    ])("%s", (code) => {
        expect(lacksRight(refused(400, code, action))).toBe(true);
    });

    it("a right that the person or pipeline lacks is none: time does not bring it", () => {
        const text = "The client does not have authorization to perform action 'Microsoft.ContainerService/write'";
        expect(lacksRight(refused(403, "AuthorizationFailed", text))).toBe(false);
        expect(lacksRight(refused(403, "LinkedAuthorizationFailed", text))).toBe(false);
    });

    it("an operation that failed after Azure had taken it on is none", () => {
        expect(lacksRight(failedLater("ResourceMissingPermissionError", action))).toBe(false);
    });
});

describe("a cluster that was just created", () => {
    beforeEach(() => vi.useFakeTimers());
    afterEach(() => vi.useRealTimers());

    /** How often AKS is asked until a cluster that answers one state after the other counts as settled. */
    async function looks(states: readonly string[]): Promise<number> {
        let asked = 0;
        const report = vi.fn();
        const done = settled(() => Promise.resolve(states[asked++] ?? states.at(-1) ?? ""), report);
        await vi.advanceTimersByTimeAsync(pace.settled.limit * pace.second);
        await done;
        expect(report).toHaveBeenCalledTimes(states.at(-1) === "Succeeded" ? asked - 1 : asked);
        return asked;
    }

    it("is settled when AKS says so several times in a row", async () => {
        expect(await looks(["Succeeded"])).toBe(pace.settled.times);
    });

    it("is not settled by an answer before AKS starts an operation of its own", async () => {
        expect(await looks(["Succeeded", "Updating", "Updating", "Succeeded"])).toBe(3 + pace.settled.times);
    });

    it("is waited for through a question that fails, which would otherwise fail an update that made it", async () => {
        const look = vi.fn(() => Promise.resolve("Succeeded"));
        look.mockImplementationOnce(() => Promise.reject(new Error("Status=429")));
        const done = settled(look, vi.fn());
        await vi.advanceTimersByTimeAsync(pace.settled.limit * pace.second);
        await expect(done).resolves.toBeUndefined();
        expect(look).toHaveBeenCalledTimes(1 + pace.settled.times);
    });

    it("does not hold an update up for ever: what AKS refuses then is repeated", async () => {
        expect(await looks(["Updating"])).toBe(pace.settled.limit / pace.settled.every);
    });
});
